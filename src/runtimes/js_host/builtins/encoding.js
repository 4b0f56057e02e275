// TextEncoder, TextDecoder (UTF-8 only), btoa and atob.
(function(host, internal) {
'use strict';

const kAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Map([...kAlphabet].map((char, i) => [char, i]));
const kBom = 0xfeff;

class TextEncoder {
  get encoding() { return 'utf-8'; }
  encode(text = '') { return host.encodeUtf8(`${text}`); }
  encodeInto(text, target) {
    let read = 0;
    let written = 0;
    for (const char of`${text}`) {
      const bytes = host.encodeUtf8(char);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += char.length;
    }
    return {read, written};
  }
}

function toBytes(input) {
  if (input === undefined) return new Uint8Array(0);
  if (ArrayBuffer.isView(input))
    return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  throw new TypeError('The input must be an ArrayBuffer or a view of one');
}

// How many bytes at the end are the beginning of a character whose rest is yet to come.
function incompleteTail(bytes) {
  for (let back = 1; back <= Math.min(3, bytes.length); ++back) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

class TextDecoder {
  #fatal;
  #ignoreBOM;
  #rest = new Uint8Array(0);
  #isStart = true;
  constructor(label = 'utf-8', {fatal = false, ignoreBOM = false} = {}) {
    if (!/^(unicode-1-1-)?utf-?8$/i.test(`${label}`.trim())) {
      throw new RangeError(`The encoding "${label}" is not supported, only utf-8`);
    }
    this.#fatal = Boolean(fatal);
    this.#ignoreBOM = Boolean(ignoreBOM);
  }
  get encoding() { return 'utf-8'; }
  get fatal() { return this.#fatal; }
  get ignoreBOM() { return this.#ignoreBOM; }
  decode(input, {stream = false} = {}) {
    const fresh = toBytes(input);
    let bytes = new Uint8Array(this.#rest.length + fresh.length);
    bytes.set(this.#rest);
    bytes.set(fresh, this.#rest.length);
    const tail = stream ? incompleteTail(bytes) : 0;
    this.#rest = bytes.slice(bytes.length - tail);
    bytes = bytes.slice(0, bytes.length - tail);
    let text = host.decodeUtf8(bytes, this.#fatal);
    if (text === null) throw new TypeError('The encoded data was not valid utf-8');
    if (this.#isStart && !this.#ignoreBOM && text.charCodeAt(0) === kBom) text = text.slice(1);
    this.#isStart = stream ? this.#isStart && text === '' : true;
    return text;
  }
}

function characterError(message) {
  const error = new Error(message);
  error.name = 'InvalidCharacterError';
  return error;
}

function btoa(text) {
  text = `${text}`;
  const parts = [];
  for (let i = 0; i < text.length; i += 3) {
    const codes = [text.charCodeAt(i), text.charCodeAt(i + 1), text.charCodeAt(i + 2)];
    if (codes.some((code) => code > 255)) throw characterError('btoa: a character is past U+00FF');
    const bits = (codes[0] << 16) | (codes[1] << 8) | codes[2];
    const missing = Math.max(0, i + 3 - text.length);
    for (let k = 0; k < 4; ++k) {
      parts.push(k > 3 - missing ? '=' : kAlphabet[(bits >> (18 - 6 * k)) & 63]);
    }
  }
  return parts.join('');
}

function atob(text) {
  text = `${text}`.replace(/[\t\n\f\r ]/g, '');
  if (text.length % 4 === 0) text = text.replace(/==?$/, '');
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text))
    throw characterError('atob: not base64');
  const parts = [];
  let bits = 0;
  let count = 0;
  for (const char of text) {
    bits = ((bits << 6) | values.get(char)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    parts.push(String.fromCharCode((bits >> count) & 255));
  }
  return parts.join('');
}

internal.define({TextEncoder, TextDecoder, btoa, atob});
})
