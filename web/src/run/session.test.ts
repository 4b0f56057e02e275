import { beforeEach, describe, expect, it } from "vitest";
import { ProblemError, TransportError } from "../api/problem";
import type { Run, RunEvent, RunRequest, StopAnswer } from "../api/types";
import { RunController } from "./controller";
import { kDrainTimeoutMs, kStopTimeoutMs, type RunApi, type Timers } from "./session";
import type { Snapshot } from "./snapshot";

/** A promise with its handles outside. */
class Deferred<T> {
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

class FakeTimers implements Timers {
  readonly pending = new Set<{ callback: () => void; ms: number }>();
  set(callback: () => void, ms: number): unknown {
    const entry = { callback, ms };
    this.pending.add(entry);
    return entry;
  }
  clear(handle: unknown): void {
    this.pending.delete(handle as { callback: () => void; ms: number });
  }
  fire(ms: number): void {
    for (const entry of [...this.pending]) {
      if (entry.ms !== ms) continue;
      this.pending.delete(entry);
      entry.callback();
    }
  }
}

interface Started {
  request: RunRequest;
  emit: (event: RunEvent) => void;
  close: Deferred<void>;
  signal: AbortSignal;
}

class FakeApi implements RunApi {
  readonly runs: Started[] = [];
  readonly stops: Array<{ id: string; answer: Deferred<StopAnswer>; signal: AbortSignal }> = [];
  readonly input: Array<{ id: string; text: string; eof: boolean }> = [];
  record: Run | Error = new TransportError("no record");
  inputError: Error | null = null;

  streamRun(request: RunRequest, emit: (e: RunEvent) => void, signal: AbortSignal): Promise<void> {
    const close = new Deferred<void>();
    signal.addEventListener("abort", () => close.reject(new DOMException("", "AbortError")));
    this.runs.push({ request, emit, close, signal });
    return close.promise;
  }
  stopRun(id: string, signal: AbortSignal): Promise<StopAnswer> {
    const answer = new Deferred<StopAnswer>();
    this.stops.push({ id, answer, signal });
    return answer.promise;
  }
  async getRun(): Promise<Run> {
    if (this.record instanceof Error) throw this.record;
    return this.record;
  }
  async sendStdin(id: string, text: string, eof: boolean): Promise<void> {
    if (this.inputError !== null) throw this.inputError;
    this.input.push({ id, text, eof });
  }
}

const kRequest: RunRequest = { language: "python", code: "print(1)", on_disconnect: "stop" };
const record = (id: string, part: Partial<Run> = {}): Run => ({
  id,
  language: "python",
  state: "finished",
  status: "succeeded",
  cause: "exit",
  exit_code: 0,
  signal: null,
  ...part,
});
const stopped = (id: string, part: Partial<StopAnswer> = {}): StopAnswer => ({
  id,
  stopped: true,
  state: "finished",
  status: "cancelled",
  cause: "stop",
  proof: { empty: true, processes_killed: 3, signal_us: 40, empty_us: 2100 },
  ...part,
});
/** Lets everything that is ready to happen, happen: no time passes. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe("a run on the page", () => {
  let api: FakeApi;
  let timers: FakeTimers;
  let output: string[];
  let changes: Snapshot[];
  let controller: RunController;

  beforeEach(() => {
    api = new FakeApi();
    timers = new FakeTimers();
    output = [];
    changes = [];
    controller = new RunController(api, timers, {
      onChange: (snapshot) => changes.push(snapshot),
      onOutput: (event) => output.push(event.type === "output" ? event.data : event.type),
    });
  });

  const run = (at = 0): Started => api.runs[at] as Started;
  const begin = (id = "r_1", request = kRequest, input = ""): Started => {
    controller.run(request, input);
    const started = api.runs[api.runs.length - 1] as Started;
    started.emit({ type: "queued", id, position: 0 });
    started.emit({ type: "started", version: "3.11.2" });
    return started;
  };

  it("goes from submitting through queued and running to its end", () => {
    controller.run(kRequest);
    expect(controller.snapshot.phase).toBe("submitting");
    run().emit({ type: "queued", id: "r_1", position: 2 });
    expect(controller.snapshot).toMatchObject({ phase: "queued", position: 2, runId: "r_1" });
    run().emit({ type: "started", version: "3.11.2" });
    expect(controller.snapshot).toMatchObject({ phase: "running", stdinOpen: true });
    run().emit({ type: "output", stream: "stdout", data: "1\n", encoding: "utf8" });
    run().emit({ type: "finished", run: record("r_1") });
    expect(output).toEqual(["1\n"]);
    expect(controller.snapshot).toMatchObject({ phase: "ended", stdinOpen: false });
  });

  it("does not start a second run while one is active", () => {
    begin();
    expect(controller.run(kRequest)).toBe(false);
    expect(api.runs).toHaveLength(1);
    run().emit({ type: "finished", run: record("r_1") });
    expect(controller.run(kRequest)).toBe(true);
  });

  it("stops with proof, and the finished event ends it", async () => {
    begin();
    controller.stop();
    await settle();
    expect(controller.snapshot.stop.kind).toBe("requesting");
    api.stops[0]?.answer.resolve(stopped("r_1"));
    await settle();
    expect(controller.snapshot).toMatchObject({
      phase: "running",
      stop: { kind: "confirmed" },
      proof: { empty: true, processes_killed: 3 },
    });
    const part = { status: "cancelled", cause: "stop", exit_code: null } as const;
    run().emit({ type: "finished", run: record("r_1", part) });
    expect(controller.snapshot.phase).toBe("ended");
    expect(timers.pending.size).toBe(0);
  });

  it("ignores stops while one is under way, after it, and after the end", async () => {
    begin();
    controller.stop();
    controller.stop();
    await settle();
    controller.stop();
    api.stops[0]?.answer.resolve(stopped("r_1"));
    await settle();
    controller.stop();
    run().emit({ type: "finished", run: record("r_1") });
    controller.stop();
    await settle();
    expect(api.stops).toHaveLength(1);
  });

  it("keeps the proof when the stop's answer comes after the finished event", async () => {
    begin();
    controller.stop();
    await settle();
    run().emit({ type: "finished", run: record("r_1", { status: "cancelled", cause: "stop" }) });
    expect(controller.snapshot.stop.kind).toBe("none");
    api.stops[0]?.answer.resolve(stopped("r_1"));
    await settle();
    expect(controller.snapshot).toMatchObject({ phase: "ended", proof: { empty_us: 2100 } });
  });

  it("gives a stop up after its time limit, says so, and lets it be tried again", async () => {
    begin();
    controller.stop();
    await settle();
    timers.fire(kStopTimeoutMs);
    await settle();
    expect(api.stops[0]?.signal.aborted).toBe(true);
    expect(controller.snapshot).toMatchObject({
      phase: "running",
      stop: { kind: "failed", failure: { kind: "timeout" } },
    });
    controller.stop();
    await settle();
    api.stops[1]?.answer.resolve(stopped("r_1"));
    await settle();
    expect(controller.snapshot.stop.kind).toBe("confirmed");
  });

  it("shows a refused stop and an unconfirmed one as failed", async () => {
    begin();
    controller.stop();
    await settle();
    const problem = {
      status: 503,
      title: "draining",
      detail: null,
      code: null,
      field: null,
      bodyLimit: null,
      retryAfterSeconds: null,
    };
    api.stops[0]?.answer.reject(new ProblemError(problem));
    await settle();
    expect(controller.snapshot.stop).toMatchObject({ failure: { kind: "refused", problem } });
    controller.stop();
    await settle();
    const proof = { empty: false, remaining: 2 };
    api.stops[1]?.answer.resolve(stopped("r_1", { stopped: false, state: "stopping", proof }));
    await settle();
    expect(controller.snapshot.stop).toMatchObject({
      failure: { kind: "not_empty", remaining: 2 },
    });
    expect(controller.snapshot.phase).toBe("running");
  });

  it("remembers a stop pressed before the run has a name", async () => {
    controller.run(kRequest);
    controller.stop();
    await settle();
    expect(api.stops).toHaveLength(0);
    run().emit({ type: "queued", id: "r_7", position: 0 });
    await settle();
    expect(api.stops[0]?.id).toBe("r_7");
  });

  it("closes the connection when a run that never got a name is stopped in vain", async () => {
    controller.run(kRequest);
    controller.stop();
    timers.fire(kStopTimeoutMs);
    await settle();
    expect(run().signal.aborted).toBe(true);
    expect(controller.snapshot.outcome?.kind).toBe("abandoned");
  });

  it("does not let a late stop answer touch the next run", async () => {
    begin("r_1");
    controller.stop();
    await settle();
    run(0).emit({ type: "finished", run: record("r_1") });
    begin("r_2");
    const seen = changes.length;
    api.stops[0]?.answer.resolve(stopped("r_1"));
    await settle();
    expect(changes).toHaveLength(seen);
    expect(controller.snapshot).toMatchObject({
      runId: "r_2",
      phase: "running",
      stop: { kind: "none" },
      proof: null,
    });
  });

  it("does not show output of an earlier run in the next one", () => {
    begin("r_1");
    run(0).emit({ type: "finished", run: record("r_1") });
    begin("r_2");
    run(0).emit({ type: "output", stream: "stdout", data: "old", encoding: "utf8" });
    expect(output).toEqual([]);
  });

  it("cuts a stream that does not end after a confirmed stop, and asks for the record", async () => {
    begin();
    api.record = record("r_1", { status: "cancelled", cause: "stop", exit_code: null });
    controller.stop();
    await settle();
    api.stops[0]?.answer.resolve(stopped("r_1"));
    await settle();
    timers.fire(kDrainTimeoutMs);
    await settle();
    expect(controller.snapshot.outcome).toMatchObject({ kind: "finished", run: api.record });
  });

  it("asks for the record when the connection breaks", async () => {
    begin();
    api.record = record("r_1", { status: "cancelled", cause: "client_disconnected" });
    run().close.reject(new TransportError("reset"));
    await settle();
    expect(controller.snapshot.outcome).toMatchObject({ kind: "finished" });
  });

  it("says lost when neither stream nor record tell the end", async () => {
    begin();
    run().close.resolve();
    await settle();
    expect(controller.snapshot.outcome).toEqual({ kind: "lost", started: true });
  });

  it("shows a refusal: nothing was started", async () => {
    controller.run(kRequest);
    const problem = {
      status: 429,
      title: "queue full",
      detail: null,
      code: "queue_full",
      field: null,
      bodyLimit: null,
      retryAfterSeconds: 1,
    };
    run().close.reject(new ProblemError(problem));
    await settle();
    expect(controller.snapshot.outcome).toEqual({ kind: "refused", problem });
  });

  it("sends the first input once the run has started, and more on demand", async () => {
    begin("r_1", kRequest, "first\n");
    await controller.send("second\n", false);
    await controller.send("", true);
    expect(api.input.map((call) => call.text)).toEqual(["first\n", "second\n", ""]);
    expect(controller.snapshot.stdinOpen).toBe(false);
    await controller.send("third\n", false);
    expect(api.input).toHaveLength(3);
  });

  it("has no open stdin when the input was given in full", () => {
    begin("r_1", { ...kRequest, stdin: "all\n" });
    expect(controller.snapshot.stdinOpen).toBe(false);
  });

  it("closes the connection when the page goes away", () => {
    begin();
    controller.abandon();
    expect(run().signal.aborted).toBe(true);
  });
});
