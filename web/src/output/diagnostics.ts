/**
 * A compiler's text -> pieces: places in the program (`main.c:5:18`) and the kinds of its remarks,
 * as gcc and clang write them. All pieces together are the text, unchanged.
 */
export type Severity = "error" | "warning" | "note";

export type Piece =
  | { kind: "text"; text: string }
  | { kind: "place"; text: string; line: number; column: number }
  | { kind: "severity"; text: string; severity: Severity };

const kRemark = /^(?:\.\/)?([\w./+-]+\.\w+:(\d+):(\d+))(: )(fatal error|error|warning|note)(?=:)/gm;

export function splitDiagnostics(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const plain = (end: number): void => {
    if (end > at) pieces.push({ kind: "text", text: text.slice(at, end) });
    at = end;
  };
  for (const match of text.matchAll(kRemark)) {
    const [whole, place = "", line, column, , word = ""] = match;
    const end = match.index + whole.length;
    plain(end - word.length - 2 - place.length);
    pieces.push({ kind: "place", text: place, line: Number(line), column: Number(column) });
    at += place.length;
    plain(end - word.length);
    const severity = word === "warning" || word === "note" ? word : "error";
    pieces.push({ kind: "severity", text: word, severity });
    at = end;
  }
  plain(text.length);
  return pieces;
}
