import { describe, expect, it } from "vitest";
import { ControlPictures, decodeBytes, decodeChunk } from "./decode";

const base64 = (...bytes: number[]): string => btoa(String.fromCharCode(...bytes));

describe("decodeChunk", () => {
  it("passes utf8 chunks through", () => {
    expect(decodeChunk("é\n", "utf8")).toBe("é\n");
  });

  it("decodes base64 chunks that turn out to be text", () => {
    expect(decodeChunk(base64(0xe4, 0xbd, 0xa0, 0x0a), "base64")).toBe("你\n");
  });

  it("shows bytes that are not UTF-8 instead of dropping them", () => {
    expect(decodeChunk(base64(0x41, 0xff, 0xc3, 0x42), "base64")).toBe("A\\xff\\xc3B");
  });
});

describe("decodeBytes", () => {
  const cases: Array<[string, number[], string]> = [
    ["an overlong slash", [0xc0, 0xaf], "\\xc0\\xaf"],
    ["an overlong three-byte form", [0xe0, 0x80, 0x80], "\\xe0\\x80\\x80"],
    ["a surrogate", [0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"],
    ["past U+10FFFF", [0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"],
    ["a sequence cut short", [0xf0, 0x9f, 0x98], "\\xf0\\x9f\\x98"],
    ["four bytes", [0xf0, 0x9f, 0x98, 0x80], "😀"],
    ["a byte order mark, kept", [0xef, 0xbb, 0xbf, 0x41], "\ufeffA"],
    ["nothing", [], ""],
  ];
  it.each(cases)("%s", (_name, bytes, text) => {
    expect(decodeBytes(Uint8Array.from(bytes))).toBe(text);
  });
});

describe("ControlPictures", () => {
  it("keeps tabs and line feeds, pictures the rest", () => {
    expect(new ControlPictures().convert("a\tb\n\u001b[31m\u0000\u007f")).toBe("a\tb\n␛[31m␀␡");
  });

  it("turns CR LF into LF, also when split between chunks", () => {
    const pictures = new ControlPictures();
    expect(pictures.convert("a\r") + pictures.convert("\nb")).toBe("a\nb");
  });

  it("shows a CR that no LF follows", () => {
    const pictures = new ControlPictures();
    expect(pictures.convert("50%\r") + pictures.convert("60%\r") + pictures.end()).toBe(
      "50%␍60%␍",
    );
  });
});
