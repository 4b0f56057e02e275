/**
 * Output between the network and the next frame. Neighbouring text of one source is joined; when
 * more waits than the page would keep anyway, the oldest goes (a hidden tab gets no frames, and its
 * queue must not grow).
 */
import { kMaxKeptCost, kSpanCost, type Source } from "./scrollback";

export type Item<Notice> =
  | { kind: "text"; source: Source; text: string }
  | { kind: "notice"; notice: Notice };

export class OutputQueue<Notice> {
  private items: Item<Notice>[] = [];
  private cost = 0;

  /** `onSkip` hears of text that is dropped unseen. */
  constructor(
    private readonly onSkip: (text: string) => void,
    private readonly maxCost = kMaxKeptCost,
  ) {}

  get empty(): boolean {
    return this.items.length === 0;
  }

  text(source: Source, text: string): void {
    if (text === "") return;
    this.items.push({ kind: "text", source, text });
    this.cost += text.length + kSpanCost;
    if (this.cost > 2 * this.maxCost) this.trim();
  }

  notice(notice: Notice): void {
    this.items.push({ kind: "notice", notice });
  }

  /** All that waits, joined; the queue is empty afterwards. */
  take(): Item<Notice>[] {
    this.trim();
    const joined: Item<Notice>[] = [];
    let parts: string[] = [];
    this.items.forEach((item, index) => {
      if (item.kind === "notice") {
        joined.push(item);
        return;
      }
      parts.push(item.text);
      const next = this.items[index + 1];
      if (next?.kind === "text" && next.source === item.source) return;
      joined.push({ ...item, text: parts.join("") });
      parts = [];
    });
    this.clear();
    return joined;
  }

  clear(): void {
    this.items = [];
    this.cost = 0;
  }

  private trim(): void {
    if (this.cost <= this.maxCost) return;
    this.items = this.items.filter((item) => {
      if (item.kind === "notice" || this.cost <= this.maxCost) return true;
      this.cost -= item.text.length + kSpanCost;
      this.onSkip(item.text);
      return false;
    });
  }
}
