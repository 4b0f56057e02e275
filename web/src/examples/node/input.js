// Type lines below the output; "End of input" finishes it.
const readline = require("node:readline");

async function main() {
  console.log("What is your name?");
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(`Nice to meet you, ${line.trim()}! Who else?`);
  }
  console.log("Goodbye.");
}

main();
