/**
 * A chunk of program output -> text that can be shown. Nothing is dropped silently: bytes that are
 * not UTF-8 show as `\xNN`, control characters as their pictures (U+2400 ff.), so that a program
 * can neither hide output nor confuse the page. Tab and line feed stay; CR LF becomes LF.
 */
import type { Encoding } from "../api/types";

export function decodeChunk(data: string, encoding: Encoding): string {
  return encoding === "base64" ? decodeBytes(fromBase64(data)) : data;
}

export function fromBase64(data: string): Uint8Array {
  const binary = atob(data);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** UTF-8 where it is UTF-8, `\xNN` for each byte that is not. */
export function decodeBytes(bytes: Uint8Array): string {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let validFrom = 0;
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length > 0) {
      i += length;
      continue;
    }
    text += strict.decode(bytes.subarray(validFrom, i));
    text += `\\x${(bytes[i] ?? 0).toString(16).padStart(2, "0")}`;
    i += 1;
    validFrom = i;
  }
  return text + strict.decode(bytes.subarray(validFrom));
}

/** Length of the well-formed UTF-8 sequence at `at` (Unicode, table 3-7); 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  let length: number;
  let low = 0x80;
  let high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    if (lead === 0xe0) low = 0xa0;
    if (lead === 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    if (lead === 0xf0) low = 0x90;
    if (lead === 0xf4) high = 0x8f;
  } else {
    return 0;
  }
  for (let k = 1; k < length; k++) {
    const byte = bytes[at + k] ?? 0;
    if (byte < low || byte > high) return 0;
    low = 0x80;
    high = 0xbf;
  }
  return length;
}

const kControls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/**
 * Makes the text of one stream harmless to show. Keeps a CR at the end of a chunk back until the
 * next one tells whether an LF follows; `end()` gives what is still kept.
 */
export class ControlPictures {
  private heldCr = false;

  convert(text: string): string {
    let input = this.heldCr ? `\r${text}` : text;
    this.heldCr = input.endsWith("\r");
    if (this.heldCr) input = input.slice(0, -1);
    return picture(input);
  }

  end(): string {
    const rest = this.heldCr ? picture("\r") : "";
    this.heldCr = false;
    return rest;
  }
}

function picture(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(kControls, (char) => {
    const code = char.charCodeAt(0);
    return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
  });
}
