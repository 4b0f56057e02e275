/**
 * A snapshot of the run -> the words and figures of the status line. Everything is read off what
 * the server said (status, cause, proof); nothing is guessed from times or exit codes.
 */
import type { Problem } from "../api/problem";
import type { Proof, Run } from "../api/types";
import type { Messages } from "../i18n";
import { formatBytes, formatMs, formatUs } from "./format";
import { isActive, type Snapshot, type StopFailure } from "./snapshot";

export type Tone = "idle" | "active" | "stopping" | "good" | "bad" | "stopped" | "warn";

export interface Fact {
  name: string;
  label: string;
  value: string;
}

export interface Verdict {
  tone: Tone;
  title: string;
  detail: string;
  facts: Fact[];
  /** What proves the stop: text to show and whether the process set is empty. */
  proof: { text: string; empty: boolean } | null;
}

export function verdictOf(snapshot: Snapshot, m: Messages, runKey: string): Verdict {
  const bare = (tone: Tone, title: string, detail = ""): Verdict => ({
    tone,
    title,
    detail,
    facts: [],
    proof: proofOf(snapshot.proof, m),
  });
  if (isActive(snapshot)) {
    const { stop } = snapshot;
    if (stop.kind === "failed") return bare("warn", failureText(stop.failure, m), m.stopAgain);
    if (stop.kind !== "none") return bare("stopping", m.stopping);
    if (snapshot.stoppingCause !== null) {
      return bare("stopping", m.stoppingBy(causeText(snapshot.stoppingCause, m)));
    }
    if (snapshot.phase === "submitting") return bare("active", m.submitting);
    if (snapshot.phase === "queued") return bare("active", m.queued(snapshot.position));
    return bare("active", m.running);
  }
  const { outcome } = snapshot;
  switch (outcome?.kind) {
    case undefined:
      return bare("idle", m.ready(runKey));
    case "refused":
      return bare("bad", m.refusedTitle, problemText(outcome.problem, m));
    case "lost":
      return bare("bad", outcome.started ? m.lostDuring : m.lostBefore);
    case "abandoned":
      return bare("warn", m.abandoned);
    case "finished":
      return {
        ...bare(toneOf(outcome.run), titleOf(outcome.run, m)),
        detail: detailOf(outcome.run, m),
        facts: factsOf(outcome.run, m),
      };
  }
}

export function causeText(cause: string, m: Messages): string {
  return m.cause[cause] ?? cause;
}

export function problemText(problem: Problem, m: Messages): string {
  if (problem.status === 401) return m.unauthorized;
  const limit = problem.bodyLimit === null ? null : m.refusedLimit(formatBytes(problem.bodyLimit));
  const why = m.refused(problem.detail ?? problem.title, limit ?? problem.field ?? "");
  const retry = problem.retryAfterSeconds;
  return retry === null ? why : `${why} ${m.refusedRetry(retry)}`;
}

function failureText(failure: StopFailure, m: Messages): string {
  switch (failure.kind) {
    case "timeout":
      return m.stopTimeout(Math.round(failure.afterMs / 1000));
    case "unreachable":
      return m.stopUnreachable;
    case "refused":
      return m.stopRefused(problemText(failure.problem, m));
    case "not_empty":
      return m.stopNotEmpty(failure.remaining?.toString() ?? m.stopUnknownLeft);
  }
}

function toneOf(run: Run): Tone {
  switch (run.status) {
    case "succeeded":
      return "good";
    case "cancelled":
      return "stopped";
    case "timed_out":
    case "limit_exceeded":
      return "warn";
    default:
      return "bad";
  }
}

function titleOf(run: Run, m: Messages): string {
  switch (run.status) {
    case "failed":
      return m.status.failed(String(run.exit_code ?? "?"));
    case "signaled":
      return m.status.signaled(run.signal ?? "?");
    case null:
      return m.status.unknown;
    default:
      return m.status[run.status] ?? m.status.unknown;
  }
}

function detailOf(run: Run, m: Messages): string {
  if (run.cause === null || run.cause === "exit") return "";
  return causeText(run.cause, m);
}

function factsOf(run: Run, m: Messages): Fact[] {
  const facts: Fact[] = [];
  const add = (name: string, label: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined) facts.push({ name, label, value });
  };
  const number = (value: number | undefined, format: (n: number) => string): string | undefined =>
    value === undefined ? undefined : format(value);
  add("status", m.factStatus, run.status);
  add("cause", m.factCause, run.cause);
  add("exit_code", m.factExit, run.exit_code?.toString());
  add("signal", m.factSignal, run.signal);
  // A run that never came to running has no start and no time: 0 would read as "very fast".
  if (run.phase === "run" || run.phase === undefined) {
    add("start", m.factStart, number(run.timing?.start_ms, formatMs));
    add("time", m.factTime, number(run.timing?.run_ms, formatMs));
  }
  add("cpu", m.factCpu, number(run.usage?.cpu_ms, formatMs));
  add("memory", m.factMemory, number(run.usage?.peak_memory_bytes, formatBytes));
  add("tasks", m.factTasks, number(run.usage?.peak_tasks, String));
  return facts;
}

function proofOf(proof: Proof | null, m: Messages): Verdict["proof"] {
  if (proof === null) return null;
  const killed =
    proof.processes_killed === undefined
      ? m.proofUnknown
      : m.proofProcesses(proof.processes_killed);
  const time = proof.empty_us === undefined ? "?" : formatUs(proof.empty_us);
  return { text: m.proof(killed, time), empty: proof.empty };
}
