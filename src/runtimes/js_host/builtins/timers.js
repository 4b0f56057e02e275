// setTimeout and its kin, and step(): one turn of the loop that host.cc drives.
(function(host, internal) {
'use strict';

const kLongest = 2147483647;
const kCompactAt = 1024;

// A heap ordered by time, then by age. Cancelled timers stay in it until they come up or until
// they are the greater part of it.
let heap = [];
let cancelled = 0;
let lastId = 0;
const active = new Map();
let immediates = [];
let batch = [];

const isBefore = (a, b) => a.due < b.due || (a.due === b.due && a.order < b.order);

function push(timer) {
  let i = heap.length;
  heap.push(timer);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!isBefore(timer, heap[parent])) break;
    heap[i] = heap[parent];
    i = parent;
  }
  heap[i] = timer;
}

function pop() {
  const first = heap[0];
  const last = heap.pop();
  if (heap.length === 0) return first;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) ++child;
    if (!isBefore(heap[child], last)) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
  return first;
}

function compact() {
  const kept = heap.filter((timer) => !timer.isCancelled);
  heap = [];
  kept.forEach(push);
  cancelled = 0;
}

let order = 0;
function schedule(timer) {
  timer.due = host.now() + timer.delay;
  timer.order = ++order;
  push(timer);
}

function add(callback, delay, args, isRepeated) {
  if (typeof callback !== 'function') throw new TypeError('The callback must be a function');
  delay = Number(delay);
  if (!(delay >= 1 && delay <= kLongest)) delay = 1;
  const timer = {id: ++lastId, callback, args, delay, isRepeated, isCancelled: false};
  active.set(timer.id, timer);
  schedule(timer);
  return timer.id;
}

function clear(id) {
  const timer = active.get(typeof id === 'string' ? Number(id) : id);
  if (timer === undefined) return;
  active.delete(timer.id);
  timer.isCancelled = true;
  if (timer.isImmediate) return;
  if (++cancelled > kCompactAt && cancelled > heap.length / 2) compact();
}

function addImmediate(callback, ...args) {
  if (typeof callback !== 'function') throw new TypeError('The callback must be a function');
  const timer = {id: ++lastId, callback, args, isImmediate: true, isCancelled: false};
  active.set(timer.id, timer);
  immediates.push(timer);
  return timer.id;
}

// What is due by now, then the immediates that were asked for before this turn.
function collect() {
  const now = host.now();
  const due = [];
  while (heap.length > 0 && (heap[0].isCancelled || heap[0].due <= now)) {
    const timer = pop();
    if (!timer.isCancelled)
      due.push(timer);
    else if (cancelled > 0)
      --cancelled;
  }
  batch = due.concat(immediates).reverse();
  immediates = [];
  return now;
}

// Calls at most one callback. Returns how many milliseconds there is nothing to do, 0 if it is
// to be called again at once, or a negative number if nothing will ever happen again.
internal.step = function step() {
  if (batch.length === 0) {
    const now = collect();
    if (batch.length === 0) return heap.length === 0 ? -1 : Math.max(heap[0].due - now, 0.001);
  }
  const timer = batch.pop();
  if (timer.isCancelled) return 0;
  if (!timer.isRepeated) active.delete(timer.id);
  try {
    timer.callback.apply(undefined, timer.args);
  } finally {
    if (timer.isRepeated && !timer.isCancelled) schedule(timer);
  }
  return 0;
};

const resolved = Promise.resolve();
const then = Promise.prototype.then;
function enqueue(callback) {
  if (typeof callback !== 'function') throw new TypeError('The callback must be a function');
  then.call(resolved, () => {
    try {
      callback();
    } catch (error) {
      internal.onUncaught(error);
    }
  });
}
internal.enqueue = enqueue;

internal.define({
  setTimeout: (callback, delay, ...args) => add(callback, delay, args, false),
  setInterval: (callback, delay, ...args) => add(callback, delay, args, true),
  setImmediate: addImmediate,
  clearTimeout: clear,
  clearInterval: clear,
  clearImmediate: clear,
  queueMicrotask: (callback) => enqueue(callback),
});
})
