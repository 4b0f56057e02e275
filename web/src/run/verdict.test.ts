import { describe, expect, it } from "vitest";
import type { Run } from "../api/types";
import { en } from "../i18n/en";
import { zh } from "../i18n/zh";
import { formatBytes, formatClock, formatMs, formatUs } from "./format";
import { kIdle, type Snapshot } from "./snapshot";
import { problemText, verdictOf } from "./verdict";

const ended = (part: Partial<Run>, more: Partial<Snapshot> = {}): Snapshot => ({
  ...kIdle,
  phase: "ended",
  outcome: {
    kind: "finished",
    run: {
      id: "r_1",
      language: "python",
      state: "finished",
      status: "succeeded",
      cause: "exit",
      phase: "run",
      exit_code: 0,
      signal: null,
      ...part,
    },
  },
  ...more,
});
const english = (snapshot: Snapshot) => verdictOf(snapshot, en, "Ctrl+Enter");

describe("verdictOf", () => {
  it.each<[Partial<Run>, string, string, string]>([
    [{}, "good", "Finished", ""],
    [{ status: "failed", exit_code: 3 }, "bad", "Exited with code 3", ""],
    [{ status: "signaled", signal: "SIGSEGV" }, "bad", "Ended by SIGSEGV", ""],
    [{ status: "cancelled", cause: "stop" }, "stopped", "Stopped", "on request"],
    [{ status: "timed_out", cause: "wall_limit" }, "warn", "Timed out", "time limit reached"],
    [
      { status: "limit_exceeded", cause: "memory_limit" },
      "warn",
      "Over the limit",
      "memory limit reached",
    ],
    [{ status: "cancelled", cause: "new_cause" }, "stopped", "Stopped", "new_cause"],
    [{ status: "new_status" as never, cause: "exit" }, "bad", "Ended", ""],
  ])("%o", (run, tone, title, detail) => {
    expect(english(ended(run))).toMatchObject({ tone, title, detail });
  });

  it("lists what the server measured, and leaves out what it did not", () => {
    const verdict = english(
      ended({
        status: "cancelled",
        cause: "stop",
        exit_code: null,
        signal: "SIGKILL",
        timing: { run_ms: 1234 },
        usage: { peak_memory_bytes: 9 << 20 },
      }),
    );
    expect(verdict.facts.map(({ name, value }) => [name, value])).toEqual([
      ["status", "cancelled"],
      ["cause", "stop"],
      ["signal", "SIGKILL"],
      ["time", "1.23 s"],
      ["memory", "9.0 MiB"],
    ]);
  });

  it("gives no running time to a run that never ran", () => {
    const run = { status: "compile_failed", phase: "compile", timing: { run_ms: 0 } } as const;
    expect(english(ended(run)).facts.map(({ name }) => name)).not.toContain("time");
  });

  it("shows the proof of a stop", () => {
    const proof = { empty: true, processes_killed: 1, empty_us: 2100 };
    expect(english(ended({ status: "cancelled", cause: "stop" }, { proof })).proof).toEqual({
      empty: true,
      text: "1 process killed, nothing left after 2.10 ms",
    });
  });

  it("shows a stop under way, and one that failed", () => {
    const running: Snapshot = { ...kIdle, phase: "running", runId: "r_1" };
    expect(english(running).title).toBe("Running");
    expect(english({ ...running, stop: { kind: "requesting" } }).title).toBe("Stopping…");
    const failure = { kind: "timeout", afterMs: 5000 } as const;
    expect(english({ ...running, stop: { kind: "failed", failure } })).toMatchObject({
      tone: "warn",
      title: "The stop was not answered within 5 s.",
      detail: "Press Stop to try again.",
    });
  });

  it("says why nothing was started", () => {
    const problem = {
      status: 422,
      title: "Invalid",
      detail: "above the maximum",
      code: "bad_value",
      field: "limits.wall_ms",
      bodyLimit: null,
      retryAfterSeconds: null,
    };
    const snapshot: Snapshot = { ...kIdle, phase: "ended", outcome: { kind: "refused", problem } };
    expect(english(snapshot)).toMatchObject({
      title: "Not started",
      detail: "above the maximum (limits.wall_ms)",
    });
  });

  it("says how large a program may be where one was too large", () => {
    const problem = {
      status: 413,
      title: "Too large",
      detail: "the body is larger than this server takes",
      code: "too_large",
      field: null,
      bodyLimit: 16 * 1024 * 1024,
      retryAfterSeconds: null,
    };
    expect(problemText(problem, en)).toBe(
      "the body is larger than this server takes (at most 16 MiB)",
    );
    expect(problemText({ ...problem, bodyLimit: null }, en)).toBe(
      "the body is larger than this server takes",
    );
  });

  it("has words for every cause in every language", () => {
    expect(Object.keys(zh.cause)).toEqual(Object.keys(en.cause));
    expect(Object.keys(zh.examples)).toEqual(Object.keys(en.examples));
  });
});

describe("numbers", () => {
  it.each([
    [0.0412, "41 µs"],
    [1.234, "1.23 ms"],
    [45.67, "45.7 ms"],
    [456.7, "457 ms"],
    [4567, "4.57 s"],
    [45_670, "45.7 s"],
    [125_000, "2 min 5 s"],
  ])("%f ms reads %s", (ms, text) => expect(formatMs(ms)).toBe(text));

  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [9437184, "9.0 MiB"],
    [2 ** 31, "2.0 GiB"],
  ])("%d bytes read %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it("gives microseconds and the clock", () => {
    expect(formatUs(2130)).toBe("2.13 ms");
    expect(formatClock(12_345)).toBe("12.3 s");
  });
});
