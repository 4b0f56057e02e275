// require() for the files of the job, and the evaluation of the script itself.
(function(host, internal) {
'use strict';

const kUnsettledExit = 13;  // As Node does.
const {syncPrefix, asyncPrefix, scripts} = internal;
const cache = Object.create(null);
let mainState = 'settled';

internal.absolute = function absolute(path) {
  const parts = [];
  for (const part of (path.startsWith('/') ? path : `${host.cwd()}/${path}`).split('/')) {
    if (part === '..')
      parts.pop();
    else if (part !== '' && part !== '.')
      parts.push(part);
  }
  return `/${parts.join('/')}`;
};
const folderOf = (path) => path.slice(0, Math.max(1, path.lastIndexOf('/')));

// How a file is named in messages: relative to the working directory if it lies below it.
function label(path) {
  const root = host.cwd().replace(/\/?$/, '/');
  return path.startsWith(root) ? path.slice(root.length) : path;
}

function notFound(request, reason) {
  const error = new Error(`Cannot find module '${request}': ${reason}`);
  error.code = 'MODULE_NOT_FOUND';
  return error;
}

// Where a syntax error is, for the report; the parser may stumble past the end of the file only
// because of what modules.js put behind it.
function locate(error, file, source) {
  const lines = source.replace(/\n$/, '').split('\n');
  if (error.line > lines.length) error.message = 'Unexpected end of script';
  const line = Math.min(error.line, lines.length);
  internal.syntaxErrors.set(error, {file, line, text: lines[line - 1]});
  return error;
}

const moduleSyntax =
    /^[ \t]*(?:import\s*(?:[\w$*{]|["'])(?!\s*\()|export\s*(?:default\b|const\b|let\b|var\b|class\b|function\b|async\b|[*{]))/m;

function compile(source, file, prefix) { return host.evaluate(`${prefix}${source}\n})`, file); }

// The script as a function of exports, require, module, __filename and __dirname. A script that
// holds the word "await" is tried as an async function first, if the caller can do with one.
function compileModule(source, file, mayAwait) {
  if (source.startsWith('\ufeff')) source = source.slice(1);
  if (source.startsWith('#!')) source = `//${source.slice(2)}`;
  scripts.set(file, source);
  let asyncError;
  if (mayAwait && source.includes('await')) {
    try {
      return compile(source, file, asyncPrefix);
    } catch (error) {
      asyncError = error;
    }
  }
  try {
    return compile(source, file, syncPrefix);
  } catch (error) {
    const worst = asyncError !== undefined && asyncError.line >= error.line ? asyncError : error;
    if (moduleSyntax.test(source)) {
      const match = moduleSyntax.exec(source);
      worst.message =
          'import and export are not offered here: use const x = require("./file.js") and module.exports';
      worst.line = source.slice(0, match.index).split('\n').length;
    } else if (!mayAwait && source.includes('await')) {
      worst.message += ' (await at the top level is offered in the main script only)';
    }
    throw locate(worst, file, source);
  }
}

function resolve(request, folder) {
  const base = internal.absolute(request.startsWith('/') ? request : `${folder}/${request}`);
  const candidates = [base, `${base}.js`, `${base}.json`, `${base}/index.js`];
  if (request.endsWith('/')) candidates.splice(0, 3);
  for (const path of candidates) {
    if (cache[path] !== undefined || typeof host.readFile(path) === 'string') return path;
  }
  throw notFound(request, 'no such file in the job');
}

const builtins = {
  __proto__: null,
  util: () => ({inspect: internal.inspect, format: internal.format}),
  process: () => globalThis.process,
  buffer: () => ({Buffer: globalThis.Buffer, btoa: globalThis.btoa, atob: globalThis.atob}),
  perf_hooks: () => ({performance: globalThis.performance}),
  timers: () =>
      ({setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate}),
};

function makeRequire(module) {
  const find = (request) => {
    if (typeof request !== 'string') throw new TypeError('The name of a module must be a string');
    if (/^(\.{0,2}\/|\.{1,2}$)/.test(request)) return resolve(request, folderOf(module.filename));
    throw notFound(
        request,
        'only files of the job can be required, such as ' +
            `'./${request.replace(/^node:/, '')}.js'; Node's own modules need the language "node"`);
  };
  const require = (request) => {
    const builtin = builtins[`${request}`.replace(/^node:/, '')];
    if (builtin !== undefined) return builtin();
    const path = find(request);
    return (cache[path] ?? load(path, request)).exports;
  };
  require.resolve = find;
  require.cache = cache;
  require.main = cache[internal.mainPath];
  return require;
}

function makeModule(path) {
  const module = {id: path, path: folderOf(path), exports: {}, filename: path, loaded: false};
  cache[path] = module;
  module.require = makeRequire(module);
  return module;
}

function load(path, request) {
  const source = host.readFile(path);
  if (typeof source !== 'string') throw notFound(request, host.describeErrno(source));
  const module = makeModule(path);
  let isDone = false;
  try {
    if (path.endsWith('.json')) {
      try {
        module.exports = JSON.parse(source.replace(/^\ufeff/, ''));
      } catch (error) {
        throw new SyntaxError(`${label(path)}: ${error.message}`);
      }
    } else {
      const body = compileModule(source, label(path), false);
      body.call(module.exports, module.exports, module.require, module, path, module.path);
    }
    isDone = true;
  } finally {
    if (!isDone) delete cache[path];  // As if it had never been asked for.
  }
  module.loaded = true;
  return module;
}

internal.runMain = function runMain(path) {
  const full = internal.absolute(path);
  internal.setScript(full);
  const source = host.readFile(full);
  if (typeof source !== 'string') {
    host.write(2, `leash-js: cannot read ${path}: ${host.describeErrno(source)}\n`);
    internal.exit(1);
  }
  internal.mainPath = full;
  const module = makeModule(full);
  module.id = '.';
  const body = compileModule(source, label(full), true);
  const result =
      body.call(module.exports, module.exports, module.require, module, full, module.path);
  module.loaded = true;
  if (Object.prototype.toString.call(result) !== '[object Promise]') return;
  mainState = 'pending';
  internal.mainPromise = result.then(() => void (mainState = 'settled'));
};

// Does what runMain does with a small program, of which nothing stays: see Host::rehearse.
internal.rehearse = function rehearse() {
  const path = internal.absolute('main.js');
  const module = makeModule(path);
  try {
    const body = compileModule('({message: "OK"})', label(path), true);
    body.call(module.exports, module.exports, module.require, module, path, module.path);
    internal.format('rehearsal', {value: 1});
  } finally {
    delete cache[path];
  }
};

// The exit code of a program that has nothing left to do.
internal.mainExitCode = function mainExitCode() {
  if (mainState === 'settled') return 0;
  host.write(2, `Warning: the await at the top level of ${label(internal.mainPath)} never ends\n`);
  return kUnsettledExit;
};
})
