// Loaded into a Node that was started ahead of its job (--require in NODE_OPTIONS). When Node is about
// to run its entry file, all else is done; there this waits for the job, and takes over what differs.
// See src/sandbox/child/prestart.h for what is said.
'use strict';
const Module = require('module');
const fs = require('fs');
const path = require('path');
const { isMainThread } = require('worker_threads');

const JOB_FD = 3;

// Loads what nearly every program does first: to print something. The streams themselves are left
// alone, since to look at them makes their pipes non-blocking; colorMode "auto" looks at them.
function rehearse() {
  require('net');
  require('tty');
  require('util').inspect({ rehearsal: [1, 'text', new Map([[{}, null]])] });
  const { Console } = require('console');
  const { Writable } = require('stream');
  const nowhere = new Writable({ write(chunk, encoding, done) { done(); } });
  new Console({ stdout: nowhere, colorMode: false }).log('%s', 1, {});
}

function receive() {
  fs.writeSync(JOB_FD, '.');
  const pieces = [];
  const piece = Buffer.allocUnsafe(65536);
  for (let size; (size = fs.readSync(JOB_FD, piece)) > 0;) {
    pieces.push(Buffer.from(piece.subarray(0, size)));
  }
  fs.writeSync(JOB_FD, '.');
  fs.closeSync(JOB_FD);
  const texts = Buffer.concat(pieces).toString().split('\0');
  const count = Number(texts[0]);
  return { argv: texts.slice(1, 1 + count), environment: texts.slice(1 + count, -1) };
}

function takeEnvironment(environment) {
  const wanted = new Map();
  for (const variable of environment) {
    const at = variable.indexOf('=');
    wanted.set(variable.slice(0, at), variable.slice(at + 1));
  }
  for (const name of Object.keys(process.env)) {
    if (!wanted.has(name)) delete process.env[name];
  }
  for (const [name, value] of wanted) {
    if (process.env[name] !== value) process.env[name] = value;
  }
}

function becomeMain(run) {
  const { argv, environment } = receive();
  takeEnvironment(environment);
  process.argv.length = 1;
  process.argv.push(path.resolve(argv[1]), ...argv.slice(2));
  // Bound, not wrapped: no frame of this file is in the program's stack traces.
  return run.bind(Module, process.argv[1]);
}

delete require.cache[__filename];
delete Module._pathCache[`${__filename}\0`];
if (isMainThread) {  // a worker gets --require from the main thread
  rehearse();
  const plain = Object.getOwnPropertyDescriptor(Module, 'runMain');
  Object.defineProperty(Module, 'runMain', {
    configurable: true,
    get() {
      Object.defineProperty(Module, 'runMain', plain);
      return becomeMain(plain.value);
    },
  });
}
