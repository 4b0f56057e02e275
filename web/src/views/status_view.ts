/** The status line: how the run stands or ended, its figures, and the proof of a stop. */
import type { I18n, Messages } from "../i18n";
import { formatClock } from "../run/format";
import { isActive, kIdle, type Snapshot } from "../run/snapshot";
import { verdictOf } from "../run/verdict";
import { byId, setText } from "./dom";

const kClockTickMs = 100;

export class StatusView {
  private readonly root = byId("status");
  private readonly title = byId("status-title");
  private readonly detail = byId("status-detail");
  private readonly clock = byId("status-clock");
  private readonly proof = byId("proof");
  private readonly proofText = byId("proof-text");
  private readonly proofEmpty = byId("proof-empty");
  private readonly facts = byId("facts");
  private readonly hint = byId("status-hint");
  private snapshot: Snapshot = kIdle;
  private problem: ((m: Messages) => string) | null = null;
  private since = 0;
  private ticking: number | null = null;

  constructor(
    private readonly i18n: I18n,
    private readonly runKey: string,
  ) {
    i18n.watch(() => this.render());
  }

  show(snapshot: Snapshot): void {
    if (snapshot.phase === "submitting" && this.snapshot.phase !== "submitting") {
      this.since = performance.now();
    }
    this.snapshot = snapshot;
    this.render();
  }

  /** Something is wrong with the page's way to the server, run or no run; null when it is not. */
  trouble(problem: ((m: Messages) => string) | null): void {
    this.problem = problem;
    this.render();
  }

  private render(): void {
    const verdict = verdictOf(this.snapshot, this.i18n.m, this.runKey);
    if (verdict.tone === "idle" && this.problem !== null) {
      verdict.tone = "warn";
      verdict.title = this.problem(this.i18n.m);
    }
    const { outcome } = this.snapshot;
    const run = outcome?.kind === "finished" ? outcome.run : null;
    this.root.dataset["tone"] = verdict.tone;
    this.root.dataset["phase"] = this.snapshot.phase;
    this.root.dataset["run"] = this.snapshot.runId ?? "";
    this.root.dataset["status"] = run?.status ?? "";
    this.root.dataset["cause"] = run?.cause ?? "";
    setText(this.title, verdict.title);
    setText(this.detail, verdict.detail);

    this.facts.hidden = verdict.facts.length === 0;
    this.facts.replaceChildren(
      ...verdict.facts.map(({ name, label, value }) => {
        const fact = document.createElement("div");
        const term = document.createElement("dt");
        const text = document.createElement("dd");
        term.textContent = label;
        text.textContent = value;
        fact.dataset["fact"] = name;
        fact.append(term, text);
        return fact;
      }),
    );

    this.hint.hidden = verdict.facts.length > 0;
    const { m } = this.i18n;
    setText(this.hint, isActive(this.snapshot) ? m.hintActive : m.hintIdle);

    this.proof.hidden = verdict.proof === null;
    this.proof.dataset["empty"] = String(verdict.proof?.empty ?? "");
    this.proof.setAttribute("aria-label", this.i18n.m.proofLabel);
    setText(this.proofText, verdict.proof?.text ?? "");
    setText(this.proofEmpty, verdict.proof === null ? "" : `empty: ${verdict.proof.empty}`);
    this.tick();
  }

  private tick(): void {
    const active = isActive(this.snapshot);
    this.clock.hidden = !active;
    if (active) {
      setText(this.clock, formatClock(performance.now() - this.since));
      this.ticking ??= setInterval(() => this.tick(), kClockTickMs);
    } else if (this.ticking !== null) {
      clearInterval(this.ticking);
      this.ticking = null;
    }
  }
}
