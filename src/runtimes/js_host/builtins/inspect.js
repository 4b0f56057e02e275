// inspect(value): what console.log shows of a value. Never runs code of the program that it can
// avoid (getters are named, not called; a Proxy is shown as its target) and never throws.
(function(host, internal) {
'use strict';

const kDepth = 2;
const {Map} = globalThis;  // A program may replace what is global.
const {getOwnPropertyDescriptor, getPrototypeOf, ownKeys} = Reflect;
const {hasOwn} = Object;
const toStringTag = Object.prototype.toString;
const isEnumerable = Object.prototype.propertyIsEnumerable;
const functionSource = Function.prototype.toString;
const symbolText = Symbol.prototype.toString;

internal.constructorName = function constructorName(object) {
  for (let proto = object; proto !== null; proto = getPrototypeOf(proto)) {
    const descriptor = getOwnPropertyDescriptor(proto, 'constructor');
    if (descriptor !== undefined && typeof descriptor.value === 'function') {
      const name = getOwnPropertyDescriptor(descriptor.value, 'name');
      if (name !== undefined && typeof name.value === 'string' && name.value !== '') {
        if (proto !== object || getPrototypeOf(object) === null) return name.value;
        // An object with a "constructor" of its own is a prototype: look one further up.
        if (getPrototypeOf(proto) === null) return name.value;
      }
    }
  }
  return null;
};

// The inherited Symbol.toStringTag; one of the object's own is among its properties anyway.
function tagOf(object) {
  if (getOwnPropertyDescriptor(object, Symbol.toStringTag)?.enumerable) return '';
  try {
    const tag = object[Symbol.toStringTag];  // May be a getter: classes have it so.
    return typeof tag === 'string' ? tag : '';
  } catch {
    return '';
  }
}

const prefix = (internal.prefix = function prefix(object, fallback, size = '') {
  const name = internal.constructorName(object);
  const tag = tagOf(object);
  const tagText = tag !== '' && tag !== name ? `[${tag}] ` : '';
  if (name === null) return `[${fallback}${size}: null prototype] ${tagText}`;
  return `${name}${size} ${tagText}`;
});

internal.functionBase = function functionBase(value) {
  const name = getOwnPropertyDescriptor(value, 'name');
  const label = name !== undefined && typeof name.value === 'string' ? name.value : '';
  const source = functionSource.call(value);
  if (source.startsWith('class') && source.endsWith('}')) {
    const parent = getPrototypeOf(value);
    const parentName = typeof parent === 'function' ? internal.ownName(parent) : '';
    const heritage = parentName !== '' ? ` extends ${parentName}` :
        parent === null ? ' extends null' :
                          '';
    return `[class ${label === '' ? '(anonymous)' : label}${heritage}]`;
  }
  const kind = tagOf(value) || 'Function';
  return `[${kind}${label === '' ? ' (anonymous)' : `: ${label}`}]`;
};

internal.ownName = function ownName(callee) {
  const name = getOwnPropertyDescriptor(callee, 'name');
  return name !== undefined && typeof name.value === 'string' ? name.value : '';
};

function formatPrimitive(value, context, isNested) {
  switch (typeof value) {
    case 'string':
      return isNested ? internal.formatString(value, context.indentation) : internal.quote(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : `${value}`;
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return symbolText.call(value);
    default:
      return `${value}`;
  }
}

function formatKey(key) {
  if (typeof key === 'symbol') return `[${symbolText.call(key)}]`;
  if (key === '__proto__') return '[\'__proto__\']';
  return /^[A-Za-z_$][\w$]*$/.test(key) && !key.includes('$') ? key : internal.quote(key);
}

internal.formatProperty = function formatProperty(context, object, key, depth, isArray) {
  const descriptor = getOwnPropertyDescriptor(object, key);
  let text = 'undefined';
  if (descriptor === undefined) {
    // Gone by now: that is what reading it would give.
  } else if (hasOwn(descriptor, 'value')) {
    text = internal.formatNested(context, descriptor.value, depth);
  } else if (descriptor.get !== undefined) {
    text = descriptor.set !== undefined ? '[Getter/Setter]' : '[Getter]';
  } else if (descriptor.set !== undefined) {
    text = '[Setter]';
  }
  return isArray ? text : `${formatKey(key)}: ${text}`;
};

internal.formatNested = function formatNested(context, value, depth) {
  context.indentation += 2;
  try {
    return formatValue(context, value, depth + 1);
  } finally {
    context.indentation -= 2;
  }
};

// The keys that are shown as "key: value"; a list shows its elements by itself.
internal.shownKeys = function shownKeys(object, isList) {
  return ownKeys(object).filter((key) => {
    if (isList && typeof key === 'string' && /^(0|[1-9]\d*)$/.test(key)) return false;
    return isEnumerable.call(object, key);
  });
};

function formatObject(context, object, depth) {
  if (context.seen.includes(object)) {
    if (!context.circular.has(object)) context.circular.set(object, context.circular.size + 1);
    return `[Circular *${context.circular.get(object)}]`;
  }
  const shape = internal.describe(object);
  if (shape.isEmpty && shape.keys.length === 0) return shape.open + shape.close;
  if (depth > context.depth && !shape.isLeaf) {
    return shape.isList ? '[Array]' : `[${prefix(object, 'Object').slice(0, -1)}]`;
  }
  context.seen.push(object);
  context.deepest = depth;
  let parts;
  try {
    parts = shape.parts(context, depth);
    for (const key of shape.keys) parts.push(internal.formatProperty(context, object, key, depth));
  } finally {
    context.seen.pop();
  }
  const index = context.circular.get(object);
  const reference = index === undefined ? '' : `<ref *${index}>`;
  let {open} = shape;
  let base = shape.base === undefined ? '' : shape.base(context, depth);
  if (parts.length === 0) {
    const text = base === '' ? `${open}${shape.close}` : base;
    return reference === '' ? text : `${reference} ${text}`;
  }
  if (reference !== '') {
    if (base === '')
      open = `${reference} ${open}`;
    else
      base = `${reference} ${base}`;
  }
  let wasGrouped = false;
  if (shape.isList && parts.length > 6) {
    const columns = internal.toColumns(parts, context.indentation, shape.hasMore(), shape.values());
    wasGrouped = columns.length !== parts.length;
    parts = columns;
  }
  return internal.join(context, parts, open, shape.close, base, depth, wasGrouped);
}

function formatValue(context, value, depth, isNested = true) {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (!isObject) return formatPrimitive(value, context, isNested);
  if (value !== globalThis) {  // The engine calls the global object a proxy, too.
    for (let next = value; next !== undefined; next = host.proxyTarget(value)) value = next;
  }
  return formatObject(context, value, depth);
}

internal.inspect = function inspect(value, options) {
  const wanted = typeof options === 'object' && options !== null ? options.depth : undefined;
  const depth = wanted === null ? Infinity : typeof wanted === 'number' ? wanted : kDepth;
  const context = {depth, indentation: 0, deepest: 0, seen: [], circular: new Map()};
  try {
    return formatValue(context, value, 0, false);
  } catch {
    try {
      return `[${typeof value} that cannot be shown: ${toStringTag.call(value)}]`;
    } catch {
      return '[value that cannot be shown]';
    }
  }
};
})
