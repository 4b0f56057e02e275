/**
 * The output panel. Output is queued as it comes and put into the page once per frame; what is kept
 * is bounded (output/scrollback.ts). The panel follows the end unless the reader has scrolled up.
 */
import type { RunEvent } from "../api/types";
import type { I18n, Messages } from "../i18n";
import { ControlPictures, decodeChunk } from "../output/decode";
import { OutputQueue } from "../output/queue";
import { Scrollback, type Source } from "../output/scrollback";
import { formatBytes, formatCount } from "../run/format";
import { byId, setText } from "./dom";

/** A remark of the page between the output, in whatever language the page speaks right now. */
type Notice = (m: Messages) => string;

/** So close to the end counts as being there, in pixels. */
const kEndSlack = 24;

export class OutputView {
  private readonly root = byId("output");
  private readonly emptyText = byId("output-empty");
  private readonly droppedText = byId("output-dropped");
  private readonly legend = byId("legend");
  private readonly toEnd = byId<HTMLButtonElement>("to-end");
  private blocks: HTMLElement[] = [];
  private notices: Array<{ element: HTMLElement; notice: Notice }> = [];
  private scrollback = new Scrollback();
  private queue = this.makeQueue();
  private pictures = this.makePictures();
  private frame: number | null = null;
  private following = true;
  /** Where the panel was scrolled to last by itself. */
  private placed = 0;
  /**
   * The end stays in sight when the panel gets smaller (the input or the status line grows), and
   * when a block gets bigger (its height is a guess until it is drawn, see `.block`).
   */
  private readonly sizes = new ResizeObserver(() => {
    if (this.following) this.scrollToEnd();
  });

  constructor(private readonly i18n: I18n) {
    this.root.addEventListener("scroll", () => this.onScroll(), { passive: true });
    this.sizes.observe(this.root);
    this.toEnd.addEventListener("click", () => {
      this.scrollToEnd();
      this.root.focus();
    });
    i18n.watch(() => this.translate());
  }

  /** An `output` or `truncated` event of the run. */
  take(event: Extract<RunEvent, { type: "output" | "truncated" }>): void {
    if (event.type === "output") {
      const text = decodeChunk(event.data, event.encoding);
      this.queue.text(event.stream, this.pictures[event.stream].convert(text));
    } else {
      const { stream, missingBytes } = event;
      this.queue.notice((m) => {
        const name = stream ?? m.truncatedBoth;
        return missingBytes === null
          ? m.truncatedUnknown(name)
          : m.truncated(name, formatBytes(missingBytes));
      });
    }
    this.schedule();
  }

  /** What the person at the keyboard sent, shown in line with the answers. */
  echo(text: string): void {
    this.queue.text("stdin", text);
    this.schedule();
  }

  notice(notice: Notice): void {
    this.queue.notice(notice);
    this.schedule();
  }

  /** The run is over: nothing is held back any more. */
  end(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      this.queue.text(stream, this.pictures[stream].end());
    }
    this.schedule();
  }

  clear(): void {
    for (const block of this.blocks) this.forget(block);
    for (const { element } of this.notices) element.remove();
    this.blocks = [];
    this.notices = [];
    this.scrollback = new Scrollback();
    this.queue = this.makeQueue();
    this.pictures = this.makePictures();
    this.following = true;
    this.legend.hidden = true;
    this.render();
  }

  /** All that the panel holds, without the page's own remarks. */
  text(): string {
    return this.blocks.map((block) => block.textContent).join("");
  }

  /** Brings the result into sight, where it stands below the program. */
  reveal(): void {
    byId("result").scrollIntoView({ block: "end" });
  }

  focus(): void {
    this.root.focus();
  }

  setWrap(wrap: boolean): void {
    this.root.classList.toggle("nowrap", !wrap);
  }

  private makeQueue(): OutputQueue<Notice> {
    return new OutputQueue<Notice>((text) => this.scrollback.skip(text));
  }

  private makePictures(): Record<"stdout" | "stderr", ControlPictures> {
    return { stdout: new ControlPictures(), stderr: new ControlPictures() };
  }

  private schedule(): void {
    this.frame ??= requestAnimationFrame(() => this.render());
  }

  private render(): void {
    this.frame = null;
    for (const item of this.queue.take()) {
      if (item.kind === "notice") this.addNotice(item.notice);
      else this.addText(item.source, item.text);
    }
    this.emptyText.hidden = this.blocks.length > 0 || this.notices.length > 0;
    this.showDropped();
    if (this.following) this.scrollToEnd();
  }

  private addText(source: Source, text: string): void {
    if (source === "stderr") this.legend.hidden = false;
    for (const step of this.scrollback.append(source, text)) {
      if (step.do === "open") {
        const block = document.createElement("div");
        block.className = "block";
        this.root.append(block);
        this.blocks.push(block);
        this.sizes.observe(block);
      } else if (step.do === "text") {
        appendText(this.blocks[this.blocks.length - 1] as HTMLElement, step.source, step.text);
      } else {
        for (const block of this.blocks.splice(0, step.blocks)) this.forget(block);
      }
    }
  }

  private forget(block: HTMLElement): void {
    this.sizes.unobserve(block);
    block.remove();
  }

  private addNotice(notice: Notice): void {
    const element = document.createElement("p");
    element.className = "notice";
    element.textContent = notice(this.i18n.m);
    this.root.append(element);
    this.notices.push({ element, notice });
    this.scrollback.breakBlock();
  }

  private showDropped(): void {
    const { lines, chars } = this.scrollback.dropped;
    this.droppedText.hidden = chars === 0;
    setText(this.droppedText, this.i18n.m.dropped(formatCount(lines), formatBytes(chars)));
  }

  private translate(): void {
    for (const { element, notice } of this.notices) element.textContent = notice(this.i18n.m);
    this.showDropped();
  }

  private onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.root;
    // Only who goes back has stopped reading the end: the end may have moved on by itself.
    if (this.following && scrollTop >= this.placed) return;
    this.following = scrollHeight - scrollTop - clientHeight <= kEndSlack;
    this.toEnd.hidden = this.following;
  }

  private scrollToEnd(): void {
    this.root.scrollTop = this.root.scrollHeight;
    this.placed = this.root.scrollTop;
    this.following = true;
    this.toEnd.hidden = true;
  }
}

function appendText(block: HTMLElement, source: Source, text: string): void {
  const last = block.lastElementChild;
  if (last instanceof HTMLElement && last.dataset["source"] === source) {
    (last.firstChild as Text).appendData(text);
    return;
  }
  const span = document.createElement("span");
  span.dataset["source"] = source;
  span.append(text);
  block.append(span);
}
