// define({name: value}): globals as the standard ones are, replaceable and not enumerable.
(function(host, internal) {
'use strict';

internal.define = function define(values) {
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(
        globalThis, name, {value, writable: true, enumerable: false, configurable: true});
  }
};

internal.define({global: globalThis});

// Files that few programs need are evaluated when one of their names is first used, unless
// warm() has done that before.
const waiting = new Set();
function loadOnce(file) {
  if (!waiting.has(file)) return;
  host.load(file);
  waiting.delete(file);
}
internal.warm = function warm() {
  for (const file of [...waiting]) loadOnce(file);
};

function defineLater(file, names) {
  waiting.add(file);
  for (const name of names) {
    Object.defineProperty(globalThis, name, {
      get() {
        loadOnce(file);
        return globalThis[name];
      },
      set(value) {
        loadOnce(file);  // First, or it would put its own value over this one.
        globalThis[name] = value;
      },
      enumerable: false,
      configurable: true,
    });
  }
}
defineLater('encoding.js', ['TextEncoder', 'TextDecoder', 'btoa', 'atob']);
defineLater('clone.js', ['structuredClone']);
defineLater('buffer.js', ['Buffer']);
waiting.add('table.js');
internal.formatTable = (...args) => {
  loadOnce('table.js');
  return internal.formatTable(...args);
};

// The engine finishes these in a loop that this program does not run.
if (typeof WebAssembly === 'object') {
  const {Module, Instance} = WebAssembly;
  WebAssembly.compile = async (bytes) => new Module(bytes);
  WebAssembly.instantiate = async (source, imports) => {
    if (source instanceof Module) return new Instance(source, imports);
    const module = new Module(source);
    return {module, instance: new Instance(module, imports)};
  };
}
})
