// structuredClone for the values that JavaScript itself knows.
(function(host, internal) {
'use strict';

const errors = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError
};

function refuse(value) {
  const error = new Error(`${internal.inspect(value, {depth: 0})} could not be cloned.`);
  error.name = 'DataCloneError';
  throw error;
}

function cloneError(error, seen) {
  const kind = Object.hasOwn(errors, error.name) ? error.name : 'Error';
  const copy = new errors[kind](error.message);
  Object.defineProperty(copy, 'stack', {value: error.stack, writable: true, configurable: true});
  seen.set(error, copy);
  if (Object.hasOwn(error, 'cause')) {
    Object.defineProperty(
        copy, 'cause', {value: clone(error.cause, seen), writable: true, configurable: true});
  }
  return copy;
}

// A new object of the same kind without contents, or undefined for an error.
function emptyLike(value) {
  if (Array.isArray(value)) return new Array(value.length);
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof ArrayBuffer) return value.slice(0);
  for (const Box of [Number, String, Boolean, BigInt]) {
    if (value instanceof Box) return Object(value.valueOf());
  }
  const isOpaque = [WeakMap, WeakSet, WeakRef, Promise].some((Kind) => value instanceof Kind);
  return isOpaque || typeof value === 'function' ? refuse(value) : {};
}

function cloneView(view, seen) {
  const buffer = clone(view.buffer, seen);
  const length = view instanceof DataView ? view.byteLength : view.length;
  const kind = view instanceof DataView ? DataView : globalThis[view[Symbol.toStringTag]];
  return new kind(buffer, view.byteOffset, length);
}

function clone(value, seen) {
  if (typeof value === 'symbol') refuse(value);
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  if (internal.isError(value)) return cloneError(value, seen);
  if (ArrayBuffer.isView(value)) {
    const copy = cloneView(value, seen);
    seen.set(value, copy);
    return copy;
  }
  const copy = emptyLike(value);
  seen.set(value, copy);
  if (value instanceof Map) {
    for (const [key, item] of [...value]) copy.set(clone(key, seen), clone(item, seen));
  } else if (value instanceof Set) {
    for (const item of [...value]) copy.add(clone(item, seen));
  } else if (Array.isArray(value) || Object.getPrototypeOf(copy) === Object.prototype) {
    for (const key of Object.keys(value)) {
      Object.defineProperty(copy, key, {
        value: clone(value[key], seen),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  }
  return copy;
}

internal.define({structuredClone: (value) => clone(value, new Map())});
})
