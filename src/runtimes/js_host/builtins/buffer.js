// Buffer: Node's bytes, as far as code that has no files and no network uses them.
(function(host, internal) {
'use strict';

const {btoa, atob, Uint8Array, DataView} = globalThis;

const encodings = {
  'utf8': 'utf8',
  'utf-8': 'utf8',
  'hex': 'hex',
  'base64': 'base64',
  'base64url': 'base64url',
  'latin1': 'latin1',
  'binary': 'latin1',
  'ascii': 'ascii',
  'ucs2': 'utf16le',
  'ucs-2': 'utf16le',
  'utf16le': 'utf16le',
  'utf-16le': 'utf16le',
};

function encodingOf(name) {
  const known = encodings[`${name ?? 'utf8'}`.toLowerCase()];
  if (known !== undefined) return known;
  const error = new TypeError(`Unknown encoding: ${name}`);
  error.code = 'ERR_UNKNOWN_ENCODING';
  throw error;
}

const fromCodes = (text, mask) => Uint8Array.from(text, (char) => char.charCodeAt(0) & mask);

function fromHex(text) {
  const bytes = [];
  for (let i = 0; i + 1 < text.length; i += 2) {
    const pair = text.slice(i, i + 2);
    if (!/^[0-9a-f]{2}$/i.test(pair)) break;  // As Node does.
    bytes.push(parseInt(pair, 16));
  }
  return Uint8Array.from(bytes);
}

// Takes both alphabets, and passes over what belongs to neither.
function fromBase64(text) {
  let clean = text.replace(/-/g, '+').replace(/_/g, '/').replace(/=[^]*$/, '');
  clean = clean.replace(/[^A-Za-z0-9+/]/g, '');
  if (clean.length % 4 === 1) clean = clean.slice(0, -1);
  return fromCodes(atob(clean), 0xff);
}

function fromUtf16(text) {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; ++i) {
    bytes[2 * i] = text.charCodeAt(i) & 0xff;
    bytes[2 * i + 1] = text.charCodeAt(i) >> 8;
  }
  return bytes;
}

function encode(text, encoding) {
  switch (encodingOf(encoding)) {
    case 'hex':
      return fromHex(text);
    case 'base64':
    case 'base64url':
      return fromBase64(text);
    case 'latin1':
    case 'ascii':
      return Uint8Array.from({length: text.length}, (_, i) => text.charCodeAt(i) & 0xff);
    case 'utf16le':
      return fromUtf16(text);
    default:
      return host.encodeUtf8(text);
  }
}

const kPiece = 4096;  // Arguments of one call.
function codesToText(bytes, mask) {
  let text = '';
  for (let i = 0; i < bytes.length; i += kPiece) {
    const piece = Uint8Array.prototype.slice.call(bytes, i, i + kPiece);
    text += String.fromCharCode(...piece.map((byte) => byte & mask));
  }
  return text;
}

function decode(bytes, encoding) {
  switch (encodingOf(encoding)) {
    case 'hex':
      return Array.prototype.map.call(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    case 'base64':
      return btoa(codesToText(bytes, 0xff));
    case 'base64url':
      return btoa(codesToText(bytes, 0xff)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
    case 'latin1':
      return codesToText(bytes, 0xff);
    case 'ascii':
      return codesToText(bytes, 0x7f);
    case 'utf16le': {
      let text = '';
      for (let i = 0; i + 1 < bytes.length; i += 2) {
        text += String.fromCharCode(bytes[i] | (bytes[i + 1] << 8));
      }
      return text;
    }
    default:
      return host.decodeUtf8(bytes, false);
  }
}

function checkBytes(value, name) {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`The "${name}" argument must be an instance of Buffer or Uint8Array`);
}

function compare(a, b) {
  checkBytes(a, 'buf1');
  checkBytes(b, 'buf2');
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; ++i) {
    if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

function allocate(size) {
  if (typeof size !== 'number') throw new TypeError('The "size" argument must be of type number');
  if (!(size >= 0 && size <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`The value of "size" is out of range: ${size}`);
  }
  return new Buffer(Math.trunc(size));
}

class Buffer extends Uint8Array {
  static poolSize = 8192;
  // Views and copies that the engine makes are Buffers as well.
  static from(value, encodingOrOffset, length) {
    if (typeof value === 'string') return wrap(encode(value, encodingOrOffset));
    if (value instanceof ArrayBuffer) return new Buffer(value, encodingOrOffset, length);
    if (value instanceof String) return Buffer.from(`${value}`, encodingOrOffset);
    if (ArrayBuffer.isView(value) || Array.isArray(value)) return wrap(Uint8Array.from(value));
    if (value?.type === 'Buffer' && Array.isArray(value.data)) return Buffer.from(value.data);
    if (typeof value?.length === 'number') return wrap(Uint8Array.from(value));
    throw new TypeError(
        'The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array');
  }
  static alloc(size, fill, encoding) {
    const bytes = allocate(size);
    return fill === undefined || fill === 0 ? bytes : bytes.fill(fill, encoding);
  }
  static allocUnsafe(size) { return allocate(size); }
  static allocUnsafeSlow(size) { return allocate(size); }
  static isBuffer(value) { return value instanceof Buffer; }
  static isEncoding(name) { return Object.hasOwn(encodings, `${name}`.toLowerCase()); }
  static byteLength(value, encoding) {
    return typeof value === 'string' ? encode(value, encoding).length : value.byteLength;
  }
  static compare(a, b) { return compare(a, b); }
  static concat(list, total) {
    if (!Array.isArray(list)) throw new TypeError('The "list" argument must be an Array');
    const size = total ?? list.reduce((sum, bytes) => sum + checkBytes(bytes, 'list').length, 0);
    const all = Buffer.alloc(size);
    let at = 0;
    for (const bytes of list) {
      if (at >= size) break;
      all.set(bytes.subarray(0, size - at), at);
      at += bytes.length;
    }
    return all;
  }

  get parent() { return this.buffer; }
  toString(encoding, start = 0, end = this.length) {
    return decode(this.subarray(Math.max(0, start), Math.max(0, end)), encoding);
  }
  toLocaleString(encoding, start, end) { return this.toString(encoding, start, end); }
  toJSON() { return {type: 'Buffer', data: [...this]}; }
  equals(other) { return compare(this, other) === 0; }
  compare(other, start = 0, end = other.length, from = 0, to = this.length) {
    return compare(this.subarray(from, to), other.subarray(start, end));
  }
  slice(start, end) { return this.subarray(start, end); }  // A view, unlike that of Uint8Array.
  copy(target, at = 0, start = 0, end = this.length) {
    const part = this.subarray(start, Math.min(end, start + target.length - at));
    target.set(part, at);
    return part.length;
  }
  write(text, offset, length, encoding) {
    if (typeof offset === 'string') [encoding, offset, length] = [offset, 0, undefined];
    if (typeof length === 'string') [encoding, length] = [length, undefined];
    const at = offset ?? 0;
    const room = Math.min(length ?? this.length, this.length - at);
    const bytes = encode(`${text}`, encoding).subarray(0, Math.max(0, room));
    this.set(bytes, at);
    return bytes.length;
  }
  fill(value, offset, end, encoding) {
    if (typeof offset === 'string') [encoding, offset, end] = [offset, 0, undefined];
    const pattern = typeof value === 'string' ? encode(value, encoding) : value;
    if (!(pattern instanceof Uint8Array)) return super.fill(pattern, offset, end);
    if (pattern.length === 0) return super.fill(0, offset, end);
    const last = Math.min(end ?? this.length, this.length);
    for (let i = offset ?? 0, k = 0; i < last; ++i, ++k) this[i] = pattern[k % pattern.length];
    return this;
  }
  indexOf(value, from = 0, encoding) {
    if (typeof value === 'number') return super.indexOf(value & 0xff, from);
    const wanted = typeof value === 'string' ? encode(value, encoding) : checkBytes(value, 'value');
    for (let i = from < 0 ? Math.max(0, this.length + from) : from;
         i + wanted.length <= this.length; ++i) {
      if (wanted.every((byte, k) => this[i + k] === byte)) return i;
    }
    return -1;
  }
  includes(value, from, encoding) { return this.indexOf(value, from, encoding) !== -1; }
}

const wrap = (bytes) => new Buffer(bytes.buffer, bytes.byteOffset, bytes.length);

function view(buffer, offset, size) {
  if (!Number.isInteger(offset) || offset < 0 || offset + size > buffer.length) {
    const error = new RangeError(`The value of "offset" is out of range: ${offset}`);
    error.code = 'ERR_OUT_OF_RANGE';
    throw error;
  }
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

// readInt16LE and its kin: Node's name, DataView's name, bytes.
for (const [name, kind, size] of [
         ['UInt8', 'Uint8', 1], ['Int8', 'Int8', 1], ['UInt16', 'Uint16', 2], ['Int16', 'Int16', 2],
         ['UInt32', 'Uint32', 4], ['Int32', 'Int32', 4], ['Float', 'Float32', 4],
         ['Double', 'Float64', 8], ['BigInt64', 'BigInt64', 8], ['BigUInt64', 'BigUint64', 8]]) {
  for (const order of size === 1 ? [''] : ['LE', 'BE']) {
    const methods = {
      [`read${name}${order}`](offset = 0) {
        return view(this, offset, size)[`get${kind}`](offset, order === 'LE');
      },
      [`write${name}${order}`](value, offset = 0) {
        view(this, offset, size)[`set${kind}`](offset, value, order === 'LE');
        return offset + size;
      },
    };
    for (const [method, body] of Object.entries(methods)) {
      const descriptor = {value: body, writable: true, configurable: true, enumerable: false};
      Object.defineProperty(Buffer.prototype, method, descriptor);
      if (!method.includes('UInt')) continue;
      Object.defineProperty(Buffer.prototype, method.replace('UInt', 'Uint'), descriptor);
    }
  }
}

internal.define({Buffer});
})
