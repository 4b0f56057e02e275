// What runs in the sandbox for one call of POST /flow/codeblock: takes the block from codeblock.js,
// what it gets from call.json and the operator's modules from modules.json, and writes one answer to
// stdout: "result" or "error", a line break, JSON. Before the block begins, every way to print is
// taken away, so that this answer is all there ever is on stdout, whatever the block does.
'use strict';
const {code, input, allowConsole, maxResult} = require('./call.json');
const sources = require('./modules.json');  // Path below the module folder -> text.
const {inspect} = require('util');

const {stringify} = JSON;
const {exit, on} = process;
const write = process.stdout.write;
const AsyncFunction = (async () => {}).constructor;
const kMaxMessage = 16384;
const kBlock = 'codeblock';
const kFileHead = 1;         // Lines before the block in codeblock.js.
const kConstructorHead = 2;  // Lines that the engine puts before a function's body.

class ValidationError extends Error {}
class SecurityError extends Error {}
class ConsoleDisabledError extends Error {}
class RuntimeError extends Error {}

let isDone = false;
let syntaxError;
function answer(kind, value) {
  if (isDone) return;
  isDone = true;
  write(`${kind}\n${value}`);
  exit(0);
}

// "f@codeblock.js:5:3" -> "    at f (codeblock:4:3)"; only frames of the block.
function framesOf(stack) {
  const frames = [];
  for (const line of `${stack}`.split('\n')) {
    const match = /^(?:(.*)@)?codeblock\.js:(\d+):(\d+)$/.exec(line);
    if (match === null || match[2] <= kFileHead) continue;
    const where = `${kBlock}:${match[2] - kFileHead}:${match[3]}`;
    frames.push(match[1] ? `    at ${match[1]} (${where})` : `    at ${where}`);
  }
  return frames;
}

function describe(error) {
  if (!(error instanceof Error)) {
    const text = typeof error === 'string' ? error : inspect(error);
    return {type: 'RuntimeError', message: text.slice(0, kMaxMessage)};
  }
  const own = error.constructor?.name || 'Error';
  const type = own === 'Error' ? `${error.name || own}` : own;
  const message = `${error.message}`.slice(0, kMaxMessage);
  const frames = error === syntaxError ? [`    at ${kBlock}:${error.line - kConstructorHead}`]
                                       : framesOf(error.stack);
  if (frames.length === 0) return {type, message};
  return {type, message, stack: [`${type}: ${message}`, ...frames].join('\n')};
}

function fail(error) {
  let text;
  try {
    text = stringify(describe(error));
  } catch {
    text = stringify({type: 'RuntimeError', message: '错误无法描述'});  // Its getters throw.
  }
  answer('error', text);
}

function succeed(value) {
  let problem;
  let text;
  if (value === undefined) {
    problem = '代码没有返回值 (undefined)，请使用 return 返回结果';
  } else if (typeof value === 'number' && !Number.isFinite(value)) {
    problem = `返回值不能是 ${value}`;
  } else {
    text = stringify(value);
    if (text === undefined) problem = '返回值不能表示为 JSON';
    else if (text.length > maxResult) problem = `返回结果过大，最大 ${maxResult} 字节`;
  }
  if (problem !== undefined) throw new ValidationError(problem);
  answer('result', text);
}

// -- modules ----------------------------------------------------------------------------------

const kForbidden = new Set([
  'child_process', 'cluster', 'dgram', 'dns', 'fs', 'http', 'http2', 'https', 'inspector', 'module',
  'net', 'os', 'repl', 'tls', 'v8', 'vm', 'worker_threads',
]);
const builtins = {
  __proto__: null,
  buffer: () => ({Buffer, btoa, atob}),
  timers: () => ({setTimeout, setInterval, setImmediate, clearTimeout, clearInterval}),
  util: () => ({inspect}),
};
const loaded = {__proto__: null};

function normalize(path) {
  const parts = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function resolve(path) {
  for (const candidate of [path, `${path}.js`, `${path}.cjs`, `${path}.json`]) {
    if (Object.hasOwn(sources, candidate)) return candidate;
  }
  const description = sources[`${path}/package.json`];
  if (description !== undefined) {
    const {main} = JSON.parse(description);
    const found = main === undefined ? undefined : resolve(normalize(`${path}/${main}`));
    if (found !== undefined) return found;
  }
  return [`${path}/index.js`, `${path}/index.cjs`].find((file) => Object.hasOwn(sources, file));
}

function load(path) {
  if (loaded[path] !== undefined) return loaded[path].exports;
  const module = {id: path, filename: path, exports: {}, loaded: false};
  loaded[path] = module;
  if (path.endsWith('.json')) {
    module.exports = JSON.parse(sources[path]);
  } else {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const body = new Function(
        'exports', 'require', 'module', '__filename', '__dirname',
        sources[path]);
    const inner = makeRequire(folder);
    try {
      body.call(module.exports, module.exports, inner, module, path, folder);
    } catch (error) {
      delete loaded[path];  // As if it had never been asked for.
      throw error;
    }
  }
  module.loaded = true;
  return module.exports;
}

// A package, in the nearest node_modules or in the module folder itself.
function find(folder, name) {
  for (let base = folder; base !== ''; base = base.replace(/[^/]*\/$/, '')) {
    const path = resolve(normalize(`${base}node_modules/${name}`));
    if (path !== undefined) return path;
  }
  return resolve(normalize(name));
}

function makeRequire(folder) {
  return function require(request) {
    const name = `${request}`.replace(/^node:/, '');
    if (builtins[name] !== undefined) return builtins[name]();
    const isRelative = /^\.\.?(\/|$)/.test(name);
    const path = isRelative ? resolve(normalize(folder + name)) : find(folder, name);
    if (path !== undefined) return load(path);
    if (kForbidden.has(name.split('/')[0])) throw new SecurityError(`禁止使用模块: ${name}`);
    const error = new Error(`Cannot find module '${request}'`);
    error.code = 'MODULE_NOT_FOUND';
    throw error;
  };
}

// -- the block's surroundings -----------------------------------------------------------------

const forbid = (name) => function() { throw new SecurityError(`禁止访问网络: ${name}`); };
globalThis.fetch = async () => forbid('fetch')();
for (const name of ['XMLHttpRequest', 'WebSocket', 'EventSource']) globalThis[name] = forbid(name);

const say = allowConsole ? () => {} : () => { throw new ConsoleDisabledError('console 代码禁止使用'); };
for (const name of Object.keys(console)) console[name] = say;
for (const name of ['readline', 'prompt', 'readAll']) delete globalThis[name];
Object.assign(process, {exit: undefined, stdout: undefined, stderr: undefined, env: {}, argv: []});

on('uncaughtException', fail);
on('unhandledRejection', fail);
on('exit', () => fail(new RuntimeError('代码没有结束: 返回的 Promise 不会再完成')));

// The constructor takes a function's body and nothing else, so a block cannot close the function
// around it. It is executed from its file, which gives its frames a name.
try {
  new AsyncFunction('input', 'require', `'use strict'; ${code}`);
} catch (error) {
  syntaxError = error;
  fail(error);
}
const block = require('./codeblock.js');
block(input, makeRequire('')).then(succeed).catch(fail);
