// describe(object): what kind of object it is, and so how inspect.js shows it. The shape says
//   open, close  the braces           base    text before them, e.g. "[Function: f]"
//   parts        elements, formatted  keys    properties that follow them
//   isList       array-like           isLeaf  shown in full however deeply nested
(function(host, internal) {
'use strict';

const kMaxElements = 100;
const {getOwnPropertyDescriptor, getPrototypeOf} = Reflect;
const {prefix, shownKeys, formatNested} = internal;

// Own methods only: a program that changes a prototype does not change what is shown.
const mapEntries = Map.prototype.entries;
const mapSize = getOwnPropertyDescriptor(Map.prototype, 'size').get;
const setValues = Set.prototype.values;
const setSize = getOwnPropertyDescriptor(Set.prototype, 'size').get;
const mapNext = new Map().entries().next;
const setNext = new Set().values().next;
const typedArray = getPrototypeOf(Uint8Array.prototype);
const typedName = getOwnPropertyDescriptor(typedArray, Symbol.toStringTag).get;
const typedLength = getOwnPropertyDescriptor(typedArray, 'length').get;
const bufferLength = getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength').get;
const viewBuffer = getOwnPropertyDescriptor(DataView.prototype, 'buffer').get;
const viewLength = getOwnPropertyDescriptor(DataView.prototype, 'byteLength').get;
const viewOffset = getOwnPropertyDescriptor(DataView.prototype, 'byteOffset').get;
const dateTime = Date.prototype.getTime;
const dateText = Date.prototype.toISOString;
const regExpText = RegExp.prototype.toString;
const regExpFlags = getOwnPropertyDescriptor(RegExp.prototype, 'flags').get;
const weakMapHas = WeakMap.prototype.has;
const weakSetHas = WeakSet.prototype.has;
const classOf = Object.prototype.toString;
const boxes = [
  ['Number', Number.prototype.valueOf],
  ['String', String.prototype.valueOf],
  ['Boolean', Boolean.prototype.valueOf],
  ['Symbol', Symbol.prototype.valueOf],
  ['BigInt', BigInt.prototype.valueOf],
];

// What a built-in method says about the object, or undefined if it is not of that kind.
function ask(method, object, ...args) {
  try {
    return method.call(object, ...args);
  } catch {
    return undefined;
  }
}

const noParts = () => [];
const more = (count) => `... ${count} more item${count > 1 ? 's' : ''}`;

function leaf(object, text) {
  const keys = shownKeys(object, false);
  return {open: '{', close: '}', base: () => text, parts: noParts, keys, isLeaf: keys.length === 0};
}

function list(object, label, length, isSparse) {
  const shown = Math.min(kMaxElements, length);
  let hasMore = false;
  const values = [];
  const shape = {
    open: `${label}[`,
    close: ']',
    isList: true,
    isEmpty: length === 0,
    keys: shownKeys(object, true)
  };
  shape.values = () => values;
  shape.parts = (context, depth) => {
    const parts = [];
    let i = 0;
    for (; i < length && parts.length < shown; ++i) {
      if (isSparse && getOwnPropertyDescriptor(object, i) === undefined) {
        const start = i;
        while (i + 1 < length && getOwnPropertyDescriptor(object, i + 1) === undefined) ++i;
        const holes = i - start + 1;
        parts.push(`<${holes} empty item${holes > 1 ? 's' : ''}>`);
        values.push(undefined);
        continue;
      }
      values.push(getOwnPropertyDescriptor(object, i)?.value);
      parts.push(internal.formatProperty(context, object, `${i}`, depth, true));
    }
    if (i < length) {
      parts.push(more(length - i));
      hasMore = true;
    }
    return parts;
  };
  shape.hasMore = () => hasMore;
  return shape;
}

function collection(object, fallback, size, iterator, next, format) {
  const open = `${prefix(object, fallback, `(${size})`)}{`;
  const parts = (context, depth) => {
    const texts = [];
    for (let step = next.call(iterator); !step.done; step = next.call(iterator)) {
      if (texts.length === kMaxElements) {
        texts.push(more(size - kMaxElements));
        break;
      }
      texts.push(format(context, step.value, depth));
    }
    return texts;
  };
  return {open, close: '}', parts, isEmpty: size === 0, keys: shownKeys(object, false)};
}

function describeBuffer(object, size) {
  const parts = (context, depth) => {
    const bytes = new Uint8Array(object, 0, Math.min(50, size));
    let text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    if (size > 50) text += ` ... ${size - 50} more byte${size > 51 ? 's' : ''}`;
    return [`[Uint8Contents]: <${text}>`, `byteLength: ${formatNested(context, size, depth)}`];
  };
  return {open: `${prefix(object, 'ArrayBuffer')}{`, close: '}', parts, keys: shownKeys(object)};
}

function describeView(object, size) {
  const parts = (context, depth) =>
      [`byteLength: ${size}`,
       `byteOffset: ${viewOffset.call(object)}`,
       `buffer: ${formatNested(context, viewBuffer.call(object), depth)}`,
  ];
  return {open: `${prefix(object, 'DataView')}{`, close: '}', parts, keys: shownKeys(object)};
}

function describeBox(object) {
  for (const [name, valueOf] of boxes) {
    const value = ask(valueOf, object);
    if (value === undefined) continue;
    const shape = leaf(object, `[${name}: ${internal.inspect(value)}]`);
    if (name === 'String') shape.keys = shownKeys(object, true);
    return shape;
  }
  return undefined;
}

function describePlain(object) {
  let label = prefix(object, 'Object');
  if (classOf.call(object) === '[object Arguments]') label = '[Arguments] ';
  const open = label === 'Object ' ? '{' : `${label}{`;
  return {open, close: '}', parts: noParts, isEmpty: true, keys: shownKeys(object, false)};
}

internal.describe = function describe(object) {
  if (typeof object === 'function') return leaf(object, internal.functionBase(object));
  if (Array.isArray(object)) {
    const text = prefix(object, 'Array', `(${object.length})`);
    return list(object, text === `Array(${object.length}) ` ? '' : text, object.length, true);
  }
  const typed = typedName.call(object);
  if (typed !== undefined) {
    const length = typedLength.call(object);
    return list(object, prefix(object, typed, `(${length})`), length, false);
  }
  let size = ask(mapSize, object);
  if (size !== undefined) {
    return collection(
        object, 'Map', size, mapEntries.call(object), mapNext,
        (context, pair, depth) =>
            `${formatNested(context, pair[0], depth)} => ${formatNested(context, pair[1], depth)}`);
  }
  size = ask(setSize, object);
  if (size !== undefined) {
    return collection(object, 'Set', size, setValues.call(object), setNext, formatNested);
  }
  if (internal.isError(object)) return internal.describeError(object);
  const time = ask(dateTime, object);
  if (time !== undefined)
    return leaf(object, Number.isNaN(time) ? 'Invalid Date' : dateText.call(object));
  if (classOf.call(object) === '[object RegExp]' && ask(regExpFlags, object) !== undefined) {
    return leaf(object, regExpText.call(object));
  }
  size = ask(bufferLength, object);
  if (size !== undefined) return describeBuffer(object, size);
  size = ask(viewLength, object);
  if (size !== undefined) return describeView(object, size);
  if (ask(weakMapHas, object, object) !== undefined ||
      ask(weakSetHas, object, object) !== undefined) {
    return leaf(object, `${prefix(object, 'WeakSet')}{ <items unknown> }`);
  }
  return describeBox(object) ?? describePlain(object);
};
})
