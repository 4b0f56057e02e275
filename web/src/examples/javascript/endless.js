// Runs until you press Stop (or Esc), or until the time limit.
// It never yields: there is no await and no timer to interrupt.
let n = 0;
for (;;) {
  const next = Date.now() + 200;
  while (Date.now() < next);
  n += 1;
  console.log(`tick ${n}`);
}
