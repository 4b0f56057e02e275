// How formatted parts are put together: quoting of strings, one line or several, columns. The
// results are meant to look like those of Node's util.inspect with its default options.
(function(host, internal) {
'use strict';

const kLineWidth = 80;
const kShortString = 16;
const kMaxString = 10000;
const kNestedOnOneLine = 3;
const kMaxColumns = 15;

const escapes = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '\\': '\\\\'
};
const special =
    /[\x00-\x1f\x7f-\x9f\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escapeOne(char) {
  if (escapes[char] !== undefined) return escapes[char];
  const code = char.charCodeAt(0);
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.toUpperCase().padStart(2, '0')}` : `\\u${hex}`;
}

const quote = (internal.quote = function quote(text) {
  let mark = '\'';
  if (text.includes('\'')) {
    if (!text.includes('"'))
      mark = '"';
    else if (!text.includes('`') && !text.includes('${'))
      mark = '`';
  }
  const escaped = text.replace(special, escapeOne);
  return mark + (mark === '\'' ? escaped.replaceAll('\'', '\\\'') : escaped) + mark;
});

// A string inside something else: quoted, cut when huge, one line of source for each of its own.
internal.formatString = function formatString(text, indentation) {
  let trailer = '';
  if (text.length > kMaxString) {
    const rest = text.length - kMaxString;
    text = text.slice(0, kMaxString);
    trailer = `... ${rest} more character${rest > 1 ? 's' : ''}`;
  }
  if (text.length > kShortString && text.length > kLineWidth - indentation - 4) {
    const lines = text.split(/(?<=\n)/).map(quote);
    return lines.join(` +\n${' '.repeat(indentation + 2)}`) + trailer;
  }
  return quote(text) + trailer;
};

// Puts the short elements of a long list into columns; numbers are aligned to the right.
internal.toColumns = function toColumns(parts, indentation, hasMore, values) {
  const count = hasMore ? parts.length - 1 : parts.length;
  const widths = parts.slice(0, count).map((part) => part.length + 2);
  const total = widths.reduce((sum, width) => sum + width, 0);
  const widest = Math.max(...widths);
  const isWorthIt = total / widest > 5 || widest <= 8;
  if (widest * 3 + indentation >= kLineWidth || !isWorthIt) return parts;
  const bias = Math.max(widest - 3 - Math.sqrt(widest - total / parts.length), 1);
  const columns = Math.min(
      Math.round(Math.sqrt(2.5 * bias * count) / bias),
      Math.floor((kLineWidth - indentation) / widest),
      kNestedOnOneLine * 4,
      kMaxColumns,
  );
  if (columns <= 1) return parts;
  const columnWidths = [];
  for (let column = 0; column < columns; ++column) {
    let width = 0;
    for (let i = column; i < count; i += columns) width = Math.max(width, widths[i]);
    columnWidths.push(width);
  }
  const isNumeric = values.every((v) => typeof v === 'number' || typeof v === 'bigint');
  const lines = [];
  for (let start = 0; start < count; start += columns) {
    const end = Math.min(start + columns, count);
    let line = '';
    for (let i = start; i < end; ++i) {
      const isLast = i === end - 1;
      const text = isLast ? parts[i] : `${parts[i]}, `;
      const width = columnWidths[i - start] - (isLast ? 2 : 0);
      if (isNumeric)
        line += text.padStart(width);
      else
        line += isLast ? text : text.padEnd(width);
    }
    lines.push(line);
  }
  if (hasMore) lines.push(parts[count]);
  return lines;
};

// Joins parts between braces: on one line if they are few, short and not nested deeply.
internal.join = function join(context, parts, open, close, base, depth, wasGrouped) {
  const start = base === '' ? '' : `${base} `;
  if (context.deepest - depth < kNestedOnOneLine && !wasGrouped) {
    const used = parts.length + context.indentation + open.length + base.length + 10;
    const total = parts.reduce((sum, part) => sum + part.length, parts.length + used);
    if (total <= kLineWidth && !base.includes('\n')) {
      const joined = parts.join(', ');
      if (!joined.includes('\n')) return `${start}${open} ${joined} ${close}`;
    }
  }
  const newLine = `\n${' '.repeat(context.indentation)}`;
  return `${start}${open}${newLine}  ${parts.join(`,${newLine}  `)}${newLine}${close}`;
};
})
