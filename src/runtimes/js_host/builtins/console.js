// console and print(): out at once, nothing is kept back.
(function(host, internal) {
'use strict';

const kStdout = 1;
const kStderr = 2;
const {inspect} = internal;
const counts = new Map();
const timers = new Map();
let groups = '';

const show = (value) => (typeof value === 'string' ? value : inspect(value));

function toNumber(value, convert) {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol' || typeof value === 'object') return 'NaN';
  return show(convert(value));
}

function substitute(kind, value) {
  switch (kind) {
    case 's':
      if (typeof value === 'bigint') return `${value}n`;
      if (Object.is(value, -0)) return '-0';
      return typeof value === 'object' && value !== null ? inspect(value, {depth: 0}) :
                                                           String(value);
    case 'd':
      return toNumber(value, Number);
    case 'i':
      return toNumber(value, (v) => parseInt(v, 10));
    case 'f':
      return typeof value === 'symbol' ? 'NaN' : show(parseFloat(value));
    case 'j':
      try {
        return JSON.stringify(value);
      } catch {
        return '[Circular]';
      }
    case 'c':
      return '';
    default:
      return inspect(value, {depth: 4});
  }
}

// Node's util.format: a first string with %s and the like takes the values that follow it.
const format = (internal.format = function format(...values) {
  let next = 0;
  let text = '';
  if (typeof values[0] === 'string') {
    next = 1;
    text = values[0];
    if (values.length > 1 && text.includes('%')) {
      text = text.replace(/%([sdifjoOc%])/g, (whole, kind) => {
        if (kind === '%') return '%';
        return next < values.length ? substitute(kind, values[next++]) : whole;
      });
    }
    if (next < values.length) text += ' ';
  }
  return text + values.slice(next).map(show).join(' ');
});

function write(fd, values) {
  let text;
  try {
    text = values.length === 1 ? show(values[0]) : format(...values);
  } catch (error) {
    if (error instanceof RangeError) throw error;  // The stack or the memory is used up.
    text = '[values that cannot be shown]';
  }
  if (groups !== '') text = groups + text.replaceAll('\n', `\n${groups}`);
  host.write(fd, `${text}\n`);
}

const stamp = (label) => {
  const milliseconds = host.now() - timers.get(label);
  return `${label}: ${
      milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(3)}s` :
                             `${milliseconds.toFixed(3)}ms`}`;
};

const methods = {
  log: (...values) => write(kStdout, values),
  info: (...values) => write(kStdout, values),
  debug: (...values) => write(kStdout, values),
  error: (...values) => write(kStderr, values),
  warn: (...values) => write(kStderr, values),
  trace(...values) {
    const frames = internal.formatStack(new Error().stack) ?? [];
    const headline = values.length === 0 ? 'Trace' : `Trace: ${format(...values)}`;
    write(kStderr, [[headline, ...frames].join('\n')]);
  },
  dir: (value, options) => write(kStdout, [inspect(value, options)]),
  dirxml: (...values) => write(kStdout, values),
  table: (value, columns) => write(kStdout, [internal.formatTable(value, columns)]),
  assert(condition, ...values) {
    if (condition) return;
    if (typeof values[0] === 'string')
      values[0] = `Assertion failed: ${values[0]}`;
    else
      values.unshift('Assertion failed');
    write(kStderr, values);
  },
  count(label = 'default') {
    counts.set(`${label}`, (counts.get(`${label}`) ?? 0) + 1);
    write(kStdout, [`${label}: ${counts.get(`${label}`)}`]);
  },
  countReset: (label = 'default') => void counts.delete(`${label}`),
  time: (label = 'default') => void timers.set(`${label}`, host.now()),
  timeLog(label = 'default', ...values) {
    if (timers.has(`${label}`)) write(kStdout, [stamp(`${label}`), ...values]);
  },
  timeEnd(label = 'default') {
    if (!timers.has(`${label}`)) return;
    write(kStdout, [stamp(`${label}`)]);
    timers.delete(`${label}`);
  },
  group(...values) {
    if (values.length > 0) write(kStdout, values);
    groups += '  ';
  },
  groupEnd() { groups = groups.slice(2); },
  clear() {},
};
methods.groupCollapsed = methods.group;

internal.define(
    {console: methods, print: (...values) => write(kStdout, [values.map(show).join(' ')])});
})
