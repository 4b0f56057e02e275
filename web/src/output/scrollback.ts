/**
 * What the output panel keeps, as bookkeeping without DOM. Text is laid out in blocks of whole
 * lines (so the browser can skip what is off screen); when more than the limit has been shown the
 * oldest blocks go, so that neither memory nor layout grows with the length of a run.
 *
 * `append` returns what the view has to do, in order.
 */

/** Characters that stay on the page; about 10,000 full lines. */
export const kMaxKeptCost = 1 << 20;
export const kMaxKeptLines = 20_000;
/** A block is closed at the first line end past this size, and inside a line at twice this size. */
export const kBlockChars = 16 << 10;
/** What one more span costs beside its characters: streams that alternate make many. */
export const kSpanCost = 64;

export type Source = "stdout" | "stderr" | "stdin";

export type Step =
  | { do: "open" }
  | { do: "text"; source: Source; text: string }
  | { do: "drop"; blocks: number };

export interface Dropped {
  lines: number;
  chars: number;
}

interface Block {
  chars: number;
  cost: number;
  lines: number;
}

export class Scrollback {
  readonly dropped: Dropped = { lines: 0, chars: 0 };
  private readonly blocks: Block[] = [];
  private cost = 0;
  private lines = 0;
  private closed = true;

  constructor(
    private readonly maxCost = kMaxKeptCost,
    private readonly maxLines = kMaxKeptLines,
    private readonly blockChars = kBlockChars,
  ) {}

  append(source: Source, text: string): Step[] {
    const steps: Step[] = [];
    let at = 0;
    while (at < text.length) {
      if (this.closed) {
        this.blocks.push({ chars: 0, cost: 0, lines: 0 });
        this.closed = false;
        steps.push({ do: "open" });
      }
      const block = this.blocks[this.blocks.length - 1] as Block;
      const end = this.cut(text, at, block);
      this.account(block, text.slice(at, end));
      steps.push({ do: "text", source, text: text.slice(at, end) });
      at = end;
    }
    const gone = this.trim();
    if (gone > 0) steps.push({ do: "drop", blocks: gone });
    return steps;
  }

  /** The next text begins a block of its own: something else has been put between. */
  breakBlock(): void {
    this.closed = true;
  }

  /** Text that never reached the page because more came than is kept. */
  skip(text: string): void {
    this.dropped.chars += text.length;
    this.dropped.lines += countLines(text);
  }

  /** Where the part of `text` from `at` that still belongs to `block` ends; closes the block. */
  private cut(text: string, at: number, block: Block): number {
    const room = Math.max(0, this.blockChars - block.chars);
    if (text.length - at < room) return text.length;
    const newline = text.indexOf("\n", at + Math.max(0, room - 1));
    const hardEnd = at + Math.max(1, 2 * this.blockChars - block.chars);
    if (newline >= 0 && newline < hardEnd) {
      this.closed = true;
      return newline + 1;
    }
    if (text.length < hardEnd) return text.length;
    this.closed = true;
    return isLowSurrogate(text, hardEnd) ? hardEnd + 1 : hardEnd;
  }

  private account(block: Block, text: string): void {
    const lines = countLines(text);
    block.chars += text.length;
    block.cost += text.length + kSpanCost;
    block.lines += lines;
    this.cost += text.length + kSpanCost;
    this.lines += lines;
  }

  private trim(): number {
    let gone = 0;
    while (this.blocks.length > 1 && (this.cost > this.maxCost || this.lines > this.maxLines)) {
      const block = this.blocks.shift() as Block;
      this.cost -= block.cost;
      this.lines -= block.lines;
      this.dropped.chars += block.chars;
      this.dropped.lines += block.lines;
      gone += 1;
    }
    return gone;
  }
}

export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
