// Type lines below the output; "End of input" finishes it.
console.log("What is your name?");
for (let name = readline(); name !== null; name = readline()) {
  console.log(`Nice to meet you, ${name.trim()}! Who else?`);
}
console.log("Goodbye.");
