// Runs until you press Stop (or Esc), or until the time limit.
let n = 0;
setInterval(() => console.log(`tick ${++n}`), 200);
