// console.table
(function(host, internal) {
'use strict';

const isObject = (value) => typeof value === 'object' && value !== null;

function draw(head, rows) {
  const widths =
      head.map((text, i) => rows.reduce((w, row) => Math.max(w, row[i].length), text.length) + 2);
  const rule = (left, middle, right) =>
      left + widths.map((w) => '─'.repeat(w)).join(middle) + right;
  const line = (cells) => `│${cells.map((cell, i) => ` ${cell}`.padEnd(widths[i])).join('│')}│`;
  return [
    rule('┌', '┬', '┐'), line(head), rule('├', '┼', '┤'), ...rows.map(line), rule('└', '┴', '┘')
  ].join('\n');
}

function entriesOf(value) {
  if (value instanceof Map)
    return [...value].map(([key, item], i) => [i, {Key: key, Values: item}]);
  if (value instanceof Set) return [...value].map((item, i) => [i, item]);
  return Object.keys(value).map((key) => [key, value[key]]);
}

internal.formatTable = function formatTable(value, wanted) {
  if (!isObject(value)) return typeof value === 'string' ? value : internal.inspect(value);
  const entries = entriesOf(value);
  const columns = new Set(Array.isArray(wanted) ? wanted.map(String) : []);
  let hasValues = false;
  for (const [, item] of entries) {
    if (!isObject(item))
      hasValues = true;
    else if (!Array.isArray(wanted))
      for (const key of Object.keys(item)) columns.add(key);
  }
  const cell = (item) => internal.inspect(item, {depth: 0}).replaceAll('\n', ' ');
  const rows = entries.map(([index, item]) => {
    const cells = [...columns].map((key) => (isObject(item) && key in item ? cell(item[key]) : ''));
    if (hasValues) cells.push(isObject(item) ? '' : cell(item));
    return [`${index}`, ...cells];
  });
  const isCollection = value instanceof Map || value instanceof Set;
  const head = [isCollection ? '(iteration index)' : '(index)', ...columns];
  if (hasValues) head.push('Values');
  return draw(head, rows);
};
})
