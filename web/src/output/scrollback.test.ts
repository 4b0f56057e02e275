import { describe, expect, it } from "vitest";
import { OutputQueue } from "./queue";
import { countLines, Scrollback, type Step } from "./scrollback";

/** Plays the steps as a view would and gives the blocks' texts. */
class Screen {
  blocks: string[] = [];
  play(steps: Step[]): void {
    for (const step of steps) {
      if (step.do === "open") this.blocks.push("");
      if (step.do === "text") this.blocks[this.blocks.length - 1] += step.text;
      if (step.do === "drop") this.blocks.splice(0, step.blocks);
    }
  }
}

describe("Scrollback", () => {
  it("keeps text that fits in one block, in order", () => {
    const screen = new Screen();
    const scrollback = new Scrollback(1000, 100, 50);
    screen.play(scrollback.append("stdout", "a\nb"));
    screen.play(scrollback.append("stderr", "c\n"));
    expect(screen.blocks).toEqual(["a\nbc\n"]);
  });

  it("closes blocks at line ends", () => {
    const screen = new Screen();
    const scrollback = new Scrollback(10_000, 1000, 8);
    for (let i = 0; i < 6; i++) screen.play(scrollback.append("stdout", `line${i}\n`));
    expect(screen.blocks).toEqual(["line0\nline1\n", "line2\nline3\n", "line4\nline5\n"]);
    expect(screen.blocks.join("")).toBe("line0\nline1\nline2\nline3\nline4\nline5\n");
  });

  it("splits one large chunk the same way", () => {
    const screen = new Screen();
    screen.play(new Scrollback(10_000, 1000, 8).append("stdout", "line0\nline1\nline2\nline3\n"));
    expect(screen.blocks).toEqual(["line0\nline1\n", "line2\nline3\n"]);
  });

  it("cuts a line without end at twice the block size, never inside a character", () => {
    const screen = new Screen();
    screen.play(new Scrollback(10_000, 1000, 4).append("stdout", `1234567😀${"x".repeat(9)}`));
    expect(screen.blocks[0]).toBe("1234567😀");
    expect(screen.blocks.join("")).toBe(`1234567😀${"x".repeat(9)}`);
  });

  it("drops the oldest blocks past the limit and counts what went", () => {
    const screen = new Screen();
    const scrollback = new Scrollback(2000, 1000, 100);
    const text = Array.from({ length: 400 }, (_, i) => `${i}\n`).join("");
    for (const line of text.split(/(?<=\n)/)) screen.play(scrollback.append("stdout", line));
    expect(screen.blocks.join("").endsWith("398\n399\n")).toBe(true);
    expect(screen.blocks.join("").length + scrollback.dropped.chars).toBe(text.length);
    expect(countLines(screen.blocks.join("")) + scrollback.dropped.lines).toBe(400);
  });

  it("stays bounded with ten megabytes", () => {
    const screen = new Screen();
    const scrollback = new Scrollback();
    const chunk = `${"x".repeat(79)}\n`.repeat(800);
    for (let i = 0; i < 160; i++) screen.play(scrollback.append("stdout", chunk));
    expect(screen.blocks.join("").length).toBeLessThan(1.1 * (1 << 20));
    expect(screen.blocks.length).toBeLessThan(100);
    expect(scrollback.dropped.lines + countLines(screen.blocks.join(""))).toBe(128_000);
  });

  it("begins a new block after something was put between", () => {
    const screen = new Screen();
    const scrollback = new Scrollback();
    screen.play(scrollback.append("stdout", "a"));
    scrollback.breakBlock();
    screen.play(scrollback.append("stdout", "b"));
    expect(screen.blocks).toEqual(["a", "b"]);
  });
});

describe("OutputQueue", () => {
  it("joins neighbours of one source and keeps the order of the others", () => {
    const queue = new OutputQueue<string>(() => undefined);
    queue.text("stdout", "a");
    queue.text("stdout", "b");
    queue.text("stderr", "c");
    queue.notice("n");
    queue.text("stderr", "d");
    expect(queue.take()).toEqual([
      { kind: "text", source: "stdout", text: "ab" },
      { kind: "text", source: "stderr", text: "c" },
      { kind: "notice", notice: "n" },
      { kind: "text", source: "stderr", text: "d" },
    ]);
    expect(queue.empty).toBe(true);
  });

  it("forgets the oldest text, never a notice, when no frame takes it", () => {
    let skipped = 0;
    const queue = new OutputQueue<string>((text) => (skipped += text.length), 1000);
    queue.notice("kept");
    for (let i = 0; i < 100; i++) queue.text("stdout", "x".repeat(50));
    const items = queue.take();
    const lengths = items.map((item) => (item.kind === "text" ? item.text.length : 0));
    const shown = lengths.reduce((sum, length) => sum + length, 0);
    expect(items[0]).toEqual({ kind: "notice", notice: "kept" });
    expect(shown).toBeLessThanOrEqual(1000);
    expect(shown + skipped).toBe(5000);
  });
});
