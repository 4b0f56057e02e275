/**
 * The program's stdin: a text to begin with, and, while the program runs and its stdin is open, a
 * line to type. `data-mode` of the panel says which of the two is there.
 */
import type { I18n } from "../i18n";
import { isActive, type Snapshot } from "../run/snapshot";
import { byId } from "./dom";

export interface InputHandlers {
  /** Sends to the program; throws what went wrong. */
  send(text: string, eof: boolean): Promise<void>;
  onSent(text: string, eof: boolean): void;
  explain(error: unknown): string;
}

export class InputView {
  private readonly root = byId("input");
  private readonly text = byId<HTMLTextAreaElement>("input-text");
  private readonly keep = byId<HTMLInputElement>("input-keep");
  private readonly form = byId<HTMLFormElement>("input-form");
  private readonly line = byId<HTMLInputElement>("input-line");
  private readonly error = byId("input-error");
  /** Lines go out one after the other, in the order typed. */
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly i18n: I18n,
    private readonly handlers: InputHandlers,
  ) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const line = this.line.value;
      this.line.value = "";
      this.send(`${line}\n`, false);
    });
    byId("input-eof").addEventListener("click", () => this.send("", true));
  }

  /** Text for the start; with `open` more may follow while the program runs. */
  get first(): { text: string; open: boolean } {
    return { text: this.text.value, open: this.keep.checked };
  }

  show(snapshot: Snapshot): void {
    const before = this.root.dataset["mode"];
    const mode = !isActive(snapshot)
      ? "before"
      : snapshot.stdinOpen
        ? "live"
        : snapshot.phase === "running"
          ? "closed"
          : "before";
    this.text.disabled = isActive(snapshot);
    this.keep.disabled = isActive(snapshot);
    if (mode === before) return;
    const hadFocus = this.form.contains(document.activeElement);
    this.root.dataset["mode"] = mode;
    if (mode === "live") this.line.value = "";
    if (before === "before") this.error.textContent = "";
    // The focused field is about to be hidden: stay nearby rather than at the top of the page.
    if (hadFocus) (mode === "before" ? this.text : byId("output")).focus();
  }

  private send(text: string, eof: boolean): void {
    this.error.textContent = "";
    this.handlers.onSent(text, eof);
    this.sending = this.sending
      .then(() => this.handlers.send(text, eof))
      .catch((error: unknown) => {
        this.error.textContent = this.i18n.m.inputFailed(this.handlers.explain(error));
      });
  }
}
