const words = new Map([["from", "javascript"]]);
setTimeout(() => console.log("hello", ...words.entries().next().value), 1);
await Promise.resolve();
console.log([3n ** 40n, /(?<year>\d{4})/u.exec("in 2026").groups.year]);
