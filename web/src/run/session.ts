/**
 * One run, from the press of Run to its end. A session owns everything that belongs to its run (the
 * connection, the id, a stop in flight), so an answer that comes late can only reach the run that
 * it is about: `RunController` shows the newest session and never hears of an older one again.
 *
 * States: submitting -> queued -> running -> ended; beside them the stop: none -> requesting ->
 * confirmed | failed -> requesting … A session ends exactly once. No DOM, no globals; the clock and
 * the API are passed in.
 */
import { isAbort, ProblemError } from "../api/problem";
import type { Run, RunEvent, RunRequest, StopAnswer } from "../api/types";
import { kIdle, type Outcome, type Snapshot, type StopFailure } from "./snapshot";

/** A stop that is not answered within this time is given up and shown as failed; the server itself
 * answers within its stop_confirm_ms (3 s). */
export const kStopTimeoutMs = 5_000;
/** After a confirmed stop, output still on its way may take this long before it is cut off. */
export const kDrainTimeoutMs = 3_000;
/** How long to ask for the record of a run whose stream ended without its `finished` event. */
export const kRecordTimeoutMs = 5_000;
const kRecordWaitMs = 2_000;

export interface RunApi {
  streamRun(r: RunRequest, onEvent: (e: RunEvent) => void, signal: AbortSignal): Promise<void>;
  stopRun(id: string, signal: AbortSignal): Promise<StopAnswer>;
  getRun(id: string, waitMs: number, signal: AbortSignal): Promise<Run>;
  sendStdin(id: string, text: string, eof: boolean, signal?: AbortSignal): Promise<void>;
}

export interface Timers {
  set(callback: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}

export interface SessionListener {
  onChange(snapshot: Snapshot): void;
  /** `output` and `truncated` events, in the order of the stream. */
  onOutput(event: Extract<RunEvent, { type: "output" | "truncated" }>): void;
}

export class RunSession {
  private state: Snapshot = { ...kIdle, phase: "submitting" };
  private readonly connection = new AbortController();
  private named!: (id: string) => void;
  private readonly id = new Promise<string>((resolve) => (this.named = resolve));
  private drainTimer: unknown = null;
  private stopAbort: AbortController | null = null;

  constructor(
    private readonly api: RunApi,
    private readonly timers: Timers,
    private readonly listener: SessionListener,
    private readonly request: RunRequest,
    private readonly firstInput: string,
  ) {
    this.state.language = request.language;
  }

  get snapshot(): Snapshot {
    return this.state;
  }

  /** Runs to the end; resolves when the session has ended, never rejects. */
  async start(): Promise<void> {
    this.change({});
    let failure: unknown = null;
    try {
      await this.api.streamRun(this.request, (event) => this.take(event), this.connection.signal);
    } catch (error) {
      failure = error;
    }
    if (this.ended) return;
    this.end(await this.outcomeWithoutFinished(failure));
  }

  /**
   * Asks for the run's end. Ignored while an earlier request is under way and after the end. Before
   * the run has a name the request waits for it, within the same time limit.
   */
  async stop(): Promise<void> {
    if (this.ended || this.state.stop.kind === "requesting") return;
    if (this.state.stop.kind === "confirmed") return;
    this.change({ stop: { kind: "requesting" } });
    const abort = (this.stopAbort = new AbortController());
    const timer = this.timers.set(() => abort.abort(), kStopTimeoutMs);
    try {
      const id = await orAborted(this.id, abort.signal);
      this.takeStopAnswer(await orAborted(this.api.stopRun(id, abort.signal), abort.signal));
    } catch (error) {
      this.stopFailed(toStopFailure(error));
    } finally {
      this.timers.clear(timer);
      this.stopAbort = null;
    }
  }

  /** Sends input to the program; throws what the call threw, for the caller to show. */
  async send(text: string, eof: boolean): Promise<void> {
    if (this.state.runId === null || !this.state.stdinOpen) return;
    try {
      await this.api.sendStdin(this.state.runId, text, eof, this.connection.signal);
      if (eof) this.change({ stdinOpen: false });
    } catch (error) {
      // A conflict means: no longer reading. That is an answer, and the run's end may be near.
      if (error instanceof ProblemError && error.problem.status === 409) {
        this.change({ stdinOpen: false });
      }
      if (!this.ended) throw error;
    }
  }

  /** Leaves the run: closes the connection, which makes the server end it. */
  abandon(): void {
    this.end({ kind: "abandoned" });
  }

  private get ended(): boolean {
    return this.state.phase === "ended";
  }

  private take(event: RunEvent): void {
    if (this.ended) return;
    switch (event.type) {
      case "queued":
        this.change({ phase: "queued", runId: event.id, position: event.position });
        this.named(event.id);
        break;
      case "started":
        this.change({
          phase: "running",
          version: event.version,
          stdinOpen: this.request.stdin === undefined,
        });
        // A program that ends without reading it is no error; a closed stdin shows by itself.
        if (this.firstInput !== "") this.send(this.firstInput, false).catch(() => undefined);
        break;
      case "compile":
        this.change({ compile: event.result });
        break;
      case "output":
      case "truncated":
        this.listener.onOutput(event);
        break;
      case "stopping":
        this.change({ stoppingCause: event.cause });
        break;
      case "finished":
        this.end({ kind: "finished", run: event.run });
        break;
    }
  }

  private takeStopAnswer(answer: StopAnswer): void {
    if (this.ended) {
      // The stream's `finished` came first; the answer of the stop still has the better numbers.
      if (answer.proof?.empty && answer.stopped) {
        this.change({ stop: { kind: "confirmed" }, proof: answer.proof });
      }
      return;
    }
    if (answer.proof !== null && !answer.proof.empty) {
      this.stopFailed({ kind: "not_empty", remaining: answer.proof.remaining ?? null });
      return;
    }
    this.change({ stop: { kind: "confirmed" }, proof: answer.proof, stdinOpen: false });
    // The program is dead; output that the page has not taken yet may still be under way.
    this.drainTimer = this.timers.set(() => this.connection.abort(), kDrainTimeoutMs);
  }

  private stopFailed(failure: StopFailure): void {
    if (this.ended) return;
    // A run that never got a name cannot be asked about: closing the connection is what is left.
    if (this.state.runId === null) this.abandon();
    else this.change({ stop: { kind: "failed", failure } });
  }

  private async outcomeWithoutFinished(failure: unknown): Promise<Outcome> {
    if (failure instanceof ProblemError) return { kind: "refused", problem: failure.problem };
    const id = this.state.runId;
    if (id === null) return { kind: "lost", started: false };
    const abort = new AbortController();
    const timer = this.timers.set(() => abort.abort(), kRecordTimeoutMs);
    try {
      const run = await orAborted(this.api.getRun(id, kRecordWaitMs, abort.signal), abort.signal);
      if (run.state === "finished") return { kind: "finished", run };
    } catch {
      // The record is out of reach as well; what is known is that the connection broke.
    } finally {
      this.timers.clear(timer);
    }
    return { kind: "lost", started: true };
  }

  private end(outcome: Outcome): void {
    if (this.ended) return;
    const finished = outcome.kind === "finished" ? outcome.run : null;
    const recorded = finished?.stop?.empty ? finished.stop : null;
    this.change({
      phase: "ended",
      outcome,
      stdinOpen: false,
      stop: this.state.stop.kind === "confirmed" ? this.state.stop : { kind: "none" },
      compile: finished?.compile ?? this.state.compile,
      proof: this.state.proof ?? recorded,
    });
    if (this.drainTimer !== null) this.timers.clear(this.drainTimer);
    if (finished === null) {
      this.stopAbort?.abort();
      this.connection.abort();
    }
  }

  private change(part: Partial<Snapshot>): void {
    this.state = { ...this.state, ...part };
    this.listener.onChange(this.state);
  }
}

/** `promise`, or a rejection as soon as the signal aborts, whatever the promise does. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new DOMException("given up", "AbortError"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject);
  });
}

function toStopFailure(error: unknown): StopFailure {
  if (isAbort(error)) return { kind: "timeout", afterMs: kStopTimeoutMs };
  if (error instanceof ProblemError) return { kind: "refused", problem: error.problem };
  return { kind: "unreachable" };
}
