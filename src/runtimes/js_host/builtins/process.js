// process, performance and reading from stdin.
(function(host, internal) {
'use strict';

let startedAt = host.now();
const listeners = new Map();
let isExiting = false;

// Calls the listeners of an event; false if there is none.
internal.emit = function emit(event, ...args) {
  const list = listeners.get(event);
  if (list === undefined || list.length === 0) return false;
  for (const listener of [...list]) listener.apply(process, args);
  return true;
};

function exitCode(code) {
  const wanted = code === undefined || code === null ? process.exitCode : code;
  const number = Number(wanted ?? 0);
  return Number.isFinite(number) ? Math.trunc(number) : 1;
}

// Tells the "exit" listeners once and returns the code to end with.
internal.finish = function finish() {
  if (!isExiting) {
    isExiting = true;
    if (process.exitCode === undefined) process.exitCode = internal.mainExitCode();
    internal.emit('exit', exitCode());
  }
  return exitCode();
};

internal.exit = function exit(code) {
  process.exitCode = exitCode(code);
  host.exit(internal.finish());
};

function on(event, listener) {
  if (typeof listener !== 'function') throw new TypeError('The listener must be a function');
  if (!listeners.has(event)) listeners.set(event, []);
  listeners.get(event).push(listener);
  return process;
}

function off(event, listener) {
  const list = listeners.get(event) ?? [];
  listeners.set(event, list.filter((other) => other !== listener && other.inner !== listener));
  return process;
}

function once(event, listener) {
  const wrapper = (...args) => {
    off(event, wrapper);
    listener.apply(process, args);
  };
  wrapper.inner = listener;
  return on(event, wrapper);
}

function stream(fd) {
  return {
    fd,
    isTTY: false,
    writable: true,
    write(chunk, encoding, callback) {
      host.write(fd, chunk instanceof Uint8Array ? host.decodeUtf8(chunk, false) : `${chunk}`);
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') internal.enqueue(done);
      return true;
    },
  };
}

function hrtime(previous) {
  const now = host.now();
  let seconds = Math.floor(now / 1000);
  let nanoseconds = Math.round((now - seconds * 1000) * 1e6);
  if (Array.isArray(previous)) {
    seconds -= previous[0];
    nanoseconds -= previous[1];
    if (nanoseconds < 0) {
      seconds -= 1;
      nanoseconds += 1e9;
    }
  }
  return [seconds, nanoseconds];
}
hrtime.bigint = () => BigInt(Math.round(host.now() * 1e6));

const process = {
  argv: ['leash-js'],
  env: {},
  exitCode: undefined,
  platform: 'linux',
  arch: 'x64',
  execPath: '/opt/leash/leash-js',
  version: 'leash-js',
  versions: {},
  pid: 0,
  stdout: stream(1),
  stderr: stream(2),
  cwd: () => host.cwd(),
  exit: (code) => internal.exit(code),
  uptime: () => (host.now() - startedAt) / 1000,
  hrtime,
  nextTick(callback, ...args) {
    if (typeof callback !== 'function') throw new TypeError('The callback must be a function');
    internal.enqueue(() => callback(...args));
  },
  on,
  addListener: on,
  once,
  off,
  removeListener: off,
  emit: internal.emit,
};

const performance = {timeOrigin: Date.now(), now: () => host.now() - startedAt};

// The program begins here, however long this process has been waiting for it.
internal.setScript = function setScript(path) {
  startedAt = host.now();
  performance.timeOrigin = Date.now();
  process.pid = host.pid();
  process.argv.splice(1, 0, path);
};
internal.addArgument = (text) => void process.argv.push(text);
internal.setVariable = function setVariable(name, value) {
  Object.defineProperty(
      process.env, name, {value, writable: true, enumerable: true, configurable: true});
};

const readline = (question) => {
  if (question !== undefined) host.write(1, `${question}`);
  return host.readLine();
};

internal.define({
  process,
  performance,
  readline,
  prompt: readline,
  readAll: () => host.readAll(),
});
})
