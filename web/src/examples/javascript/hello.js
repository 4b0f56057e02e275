const squares = Array.from({ length: 10 }, (_, i) => (i + 1) ** 2);

console.log("Hello from JavaScript!");
console.log("The first squares:", squares.join(" "));
