/** What the compiler said. Opens by itself when there is something to read; places are links. */
import type { CompileResult } from "../api/types";
import type { I18n, Messages } from "../i18n";
import { ControlPictures } from "../output/decode";
import { type Piece, splitDiagnostics } from "../output/diagnostics";
import { formatMs } from "../run/format";
import { byId, setText } from "./dom";

/** Of a flood of messages the first ones matter; the page stays quick. */
const kMaxShownChars = 64 << 10;

export class CompileView {
  private readonly root = byId<HTMLDetailsElement>("compile");
  private readonly summary = byId("compile-summary");
  private readonly text = byId("compile-text");
  private shown: CompileResult | null = null;

  /** `onPlace` is to show a place of the program, both numbers from 1. */
  constructor(
    private readonly i18n: I18n,
    private readonly onPlace: (line: number, column: number) => void,
  ) {
    i18n.watch(() => this.render());
  }

  show(result: CompileResult | null): void {
    if (result === this.shown) return;
    this.shown = result;
    this.root.hidden = result === null;
    const said = result === null ? "" : result.stdout + result.stderr;
    this.root.open = said !== "";
    this.text.hidden = said === "";
    const shown = said.length > kMaxShownChars ? `${said.slice(0, kMaxShownChars)}…\n` : said;
    const pieces = splitDiagnostics(new ControlPictures().convert(shown));
    this.text.replaceChildren(...pieces.map((piece) => this.element(piece)));
    this.root.dataset["result"] = result === null ? "" : result.exit_code === 0 ? "ok" : "failed";
    this.render();
  }

  private element(piece: Piece): Node {
    switch (piece.kind) {
      case "text":
        return document.createTextNode(piece.text);
      case "severity": {
        const span = document.createElement("span");
        span.dataset["severity"] = piece.severity;
        span.textContent = piece.text;
        return span;
      }
      case "place": {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "place";
        button.textContent = piece.text;
        button.addEventListener("click", () => this.onPlace(piece.line, piece.column));
        return button;
      }
    }
  }

  private render(): void {
    if (this.shown !== null) setText(this.summary, summaryOf(this.shown, this.i18n.m));
  }
}

function summaryOf(result: CompileResult, m: Messages): string {
  if (result.exit_code !== 0) return m.compileFailed(String(result.exit_code ?? "?"));
  const parts = [result.cached ? m.compileCached : m.compileOk(formatMs(result.ms))];
  if (result.stdout + result.stderr !== "") parts.push(m.compileWarnings);
  return parts.join(" · ");
}
