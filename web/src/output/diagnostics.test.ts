import { describe, expect, it } from "vitest";
import { splitDiagnostics } from "./diagnostics";

const kGcc = `main.c: In function 'main':
main.c:5:18: error: 'anwser' undeclared
    5 |   printf("%d\\n", anwser);
main.c:4:16: warning: initialization of 'int'
./main.c:7:1: fatal error: no
`;

describe("splitDiagnostics", () => {
  it("finds places and kinds, and loses nothing", () => {
    const pieces = splitDiagnostics(kGcc);
    expect(pieces.map((piece) => piece.text).join("")).toBe(kGcc);
    expect(pieces.filter((piece) => piece.kind === "place")).toEqual([
      { kind: "place", text: "main.c:5:18", line: 5, column: 18 },
      { kind: "place", text: "main.c:4:16", line: 4, column: 16 },
      { kind: "place", text: "main.c:7:1", line: 7, column: 1 },
    ]);
    expect(
      pieces.flatMap((piece) => (piece.kind === "severity" ? [piece.severity] : [])),
    ).toEqual(["error", "warning", "error"]);
  });

  it("leaves other text alone", () => {
    expect(splitDiagnostics("note: this is prose\n")).toEqual([
      { kind: "text", text: "note: this is prose\n" },
    ]);
    expect(splitDiagnostics("")).toEqual([]);
  });
});
