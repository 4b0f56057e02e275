/** Run and Stop: one place, two buttons, of which one is there. */
import type { I18n } from "../i18n";
import { isActive, kIdle, type Snapshot } from "../run/snapshot";
import { byId, setText } from "./dom";

export class RunButtons {
  private readonly runButton = byId<HTMLButtonElement>("run");
  private readonly stopButton = byId<HTMLButtonElement>("stop");
  private readonly stopText = this.stopButton.querySelector("span") as HTMLElement;
  private snapshot = kIdle;
  private canRun = false;

  constructor(
    private readonly i18n: I18n,
    private readonly runKey: string,
    handlers: { onRun: () => void; onStop: () => void },
  ) {
    this.runButton.addEventListener("click", () => handlers.onRun());
    this.stopButton.addEventListener("click", (event) => {
      // The second click of a double click on Run lands here: it was not meant as a stop.
      if (event.detail <= 1) handlers.onStop();
    });
    i18n.watch(() => this.render());
  }

  /** Whether there is anything to run it with. */
  enable(canRun: boolean): void {
    this.canRun = canRun;
    this.render();
  }

  show(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    this.render();
  }

  private render(): void {
    const { m } = this.i18n;
    const active = isActive(this.snapshot);
    const { stop } = this.snapshot;
    const stopping = stop.kind === "requesting" || stop.kind === "confirmed";
    const focused = document.activeElement;
    this.runButton.disabled = !this.canRun;
    this.runButton.hidden = active;
    this.stopButton.hidden = !active;
    // Not `disabled`: that would throw the keyboard's focus away in the middle of the stop.
    this.stopButton.setAttribute("aria-disabled", String(stopping));
    setText(this.stopText, stopping ? m.stopping : stop.kind === "failed" ? m.retryStop : m.stop);
    this.runButton.title = m.runHint(this.runKey);
    this.stopButton.title = m.stopHint;
    if (focused === this.runButton && active) this.stopButton.focus();
    if (focused === this.stopButton && !active) this.runButton.focus();
  }
}
