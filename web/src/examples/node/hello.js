const os = require("node:os");

console.log(`Hello from Node.js ${process.version}!`);
console.log(`This sandbox calls itself "${os.hostname()}".`);
