// How errors are shown, and what happens to those that nobody catches.
(function(host, internal) {
'use strict';

const kUncaughtExit = 1;
const {getOwnPropertyDescriptor, getPrototypeOf} = Reflect;
const classOf = Object.prototype.toString;
const {Error} = globalThis;

internal.isError = function isError(value) {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return classOf.call(value) === '[object Error]' || value instanceof Error;
  } catch {
    return false;  // A Proxy with traps.
  }
};

// A property of the object or its prototypes, as far as it is a plain string.
function textOf(object, key) {
  for (let proto = object; proto !== null; proto = getPrototypeOf(proto)) {
    const descriptor = getOwnPropertyDescriptor(proto, key);
    if (descriptor !== undefined)
      return typeof descriptor.value === 'string' ? descriptor.value : '';
  }
  return '';
}

internal.errorHeadline = function errorHeadline(error) {
  let name = textOf(error, 'name') || 'Error';
  const own = internal.constructorName(error);
  if (own === null)
    name = `[${name}: null prototype]`;
  else if (name === 'Error' && own !== 'Object')
    name = own;
  const message = textOf(error, 'message');
  return message === '' ? name : `${name}: ${message}`;
};

function errorText(error, indentation) {
  const descriptor = getOwnPropertyDescriptor(error, 'stack');
  const stack = descriptor === undefined ? undefined : descriptor.value;
  const frames = internal.formatStack(stack);
  const headline = internal.errorHeadline(error);
  if (frames === null) return typeof stack === 'string' && stack !== '' ? stack : `[${headline}]`;
  if (frames.length === 0) return internal.syntaxErrors.has(error) ? headline : `[${headline}]`;
  return [headline, ...frames].join(`\n${' '.repeat(indentation)}`);
}

// Properties every error has of its own, which the text above tells already.
const known = new Set(['line', 'column', 'sourceURL', 'stack', 'message', 'name']);

internal.describeError = function describeError(error) {
  const keys = internal.shownKeys(error, false).filter((key) => !known.has(key));
  const hidden = ['cause', 'errors'].filter((key) => {
    const descriptor = getOwnPropertyDescriptor(error, key);
    return descriptor !== undefined && !descriptor.enumerable;
  });
  const parts = (context, depth) => {
    const texts = keys.map((key) => internal.formatProperty(context, error, key, depth));
    for (const key of hidden) {
      const {value} = getOwnPropertyDescriptor(error, key);
      texts.push(`[${key}]: ${internal.formatNested(context, value, depth)}`);
    }
    return texts;
  };
  const base = (context) => errorText(error, context.indentation);
  const isLeaf = keys.length + hidden.length === 0;
  return {open: '{', close: '}', base, parts, keys: [], isLeaf};
};

// Writes what was thrown to stderr and ends the program.
internal.reportAndExit = function reportAndExit(value, isRejection) {
  const place = internal.isError(value) ? internal.syntaxPlace(value) : '';
  const headline = place !== '' ? place : `Uncaught ${isRejection ? '(in promise) ' : ''}`;
  host.write(2, `${headline}${internal.inspect(value)}\n`);
  internal.exit(kUncaughtExit);
};

// "file:line" and the line itself for an error of the parser, which has no frames to tell it.
internal.syntaxPlace = function syntaxPlace(error) {
  const place = internal.syntaxErrors.get(error);
  if (place === undefined) return '';
  const {file, line, text} = place;
  return `${file}:${line}\n${text}\n\n`;
};
internal.syntaxErrors = new WeakMap();

internal.onUncaught = function onUncaught(value) {
  try {
    if (internal.emit('uncaughtException', value, 'uncaughtException')) return;
  } catch (error) {
    value = error;
  }
  internal.reportAndExit(value, false);
};

internal.onUnhandledRejection = function onUnhandledRejection(promise, reason) {
  try {
    if (internal.emit('unhandledRejection', reason, promise)) return;
    if (internal.emit('uncaughtException', reason, 'unhandledRejection')) return;
  } catch (error) {
    reason = error;
  }
  internal.reportAndExit(reason, promise !== internal.mainPromise);
};
})
