// Turns the engine's stack text ("f@file:3:5") into lines people know ("    at f (file:3:5)").
(function(host, internal) {
'use strict';

// The script of a module is evaluated as the body of a function that stands on its first line,
// so columns on that line are off by the length of what precedes it. modules.js uses both; they
// have the same length.
internal.syncPrefix = '(      function (exports, require, module, __filename, __dirname) {';
internal.asyncPrefix = '(async function (exports, require, module, __filename, __dirname) {';
internal.scripts = new Map();  // What modules.js has loaded: name as shown -> source.
const scripts = internal.scripts;
const prefixLength = internal.syncPrefix.length;
const scriptsHas = Map.prototype.has.bind(scripts);

Error.stackTraceLimit = 16;

internal.column = function column(file, line, raw) {
  return line === 1 && scriptsHas(file) ? Math.max(1, raw - prefixLength) : raw;
};

// An async function has a frame of its own at its very beginning: the prefix, for a script.
const isHostPart = (file, row, raw) =>
    row === '1' && Number(raw) <= prefixLength && scriptsHas(file);

function formatFrame(line) {
  const at = line.lastIndexOf('@');
  const name = at > 0 ? line.slice(0, at) : '';
  const place = line.slice(at + 1);
  if (place === '' || place.startsWith('leash:')) return null;
  if (place === '[native code]')
    return name === '' || name === 'evaluate' ? null : `    at ${name} (native)`;
  const match = /^(.*):(\d+):(\d+)$/.exec(place);
  if (match === null) return undefined;
  const [, file, row, raw] = match;
  if (isHostPart(file, row, raw)) return null;
  const where = `${file}:${row}:${internal.column(file, Number(row), Number(raw))}`;
  const isNameless = name === '' || name === 'anonymous' || name.endsWith(' code');
  return isNameless ? `    at ${where}` : `    at ${name} (${where})`;
}

// The frames of a stack text as lines, without those of the host. A text that does not come from
// the engine (a program may assign anything to .stack) gives null.
internal.formatStack = function formatStack(stack) {
  if (typeof stack !== 'string') return null;
  const lines = [];
  for (const line of stack.split('\n')) {
    if (line === '') continue;
    const text = formatFrame(line);
    if (text === undefined) return null;
    if (text !== null) lines.push(text);
  }
  return lines;
};
})
