/** What is known about the run on the page: plain values, all that the views may look at. */
import type { Problem } from "../api/problem";
import type { CompileResult, Proof, Run, RunStatus } from "../api/types";

/** `submitting`: asked for, not yet named by the server. `ended`: `outcome` says how. */
export type Phase = "idle" | "submitting" | "queued" | "running" | "ended";

export type StopFailure =
  | { kind: "timeout"; afterMs: number }
  | { kind: "unreachable" }
  | { kind: "refused"; problem: Problem }
  | { kind: "not_empty"; remaining: number | null };

/** `requesting` is the "stopping…" state; a `failed` stop can be asked for again. */
export type StopState =
  | { kind: "none" }
  | { kind: "requesting" }
  | { kind: "confirmed" }
  | { kind: "failed"; failure: StopFailure };

export type Outcome =
  | { kind: "finished"; run: Run }
  /** Nothing was started: the server refused the request. */
  | { kind: "refused"; problem: Problem }
  /** The request did not get through, or the connection broke and the run's end is not known. */
  | { kind: "lost"; started: boolean }
  /** Stopped before the server had given the run a name. */
  | { kind: "abandoned" };

export interface Snapshot {
  phase: Phase;
  runId: string | null;
  language: string | null;
  version: string | null;
  position: number;
  /** Cause of a `stopping` event: the server has begun to end the run, asked or not. */
  stoppingCause: string | null;
  stop: StopState;
  /** Proof that nothing is left: of the stop's answer, or of the run's own record. */
  proof: Proof | null;
  compile: CompileResult | null;
  stdinOpen: boolean;
  outcome: Outcome | null;
}

export const kIdle: Snapshot = {
  phase: "idle",
  runId: null,
  language: null,
  version: null,
  position: 0,
  stoppingCause: null,
  stop: { kind: "none" },
  proof: null,
  compile: null,
  stdinOpen: false,
  outcome: null,
};

export function isActive(snapshot: Snapshot): boolean {
  return snapshot.phase !== "idle" && snapshot.phase !== "ended";
}

export function finalStatus(snapshot: Snapshot): RunStatus | null {
  return snapshot.outcome?.kind === "finished" ? snapshot.outcome.run.status : null;
}
