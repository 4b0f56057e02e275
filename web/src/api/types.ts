/**
 * The part of the HTTP contract (version 1) that the page uses, as types. Names are the wire's.
 * Values come from the network: everything that is read here is read tolerantly (a missing field
 * shows as "unknown", an unknown event type is passed over), so that a newer server does not break
 * an older page.
 */

export type RunState = "queued" | "starting" | "running" | "stopping" | "finished";

export type RunStatus =
  | "succeeded"
  | "failed"
  | "signaled"
  | "cancelled"
  | "timed_out"
  | "limit_exceeded"
  | "compile_failed"
  | "setup_error"
  | "server_lost";

export type Encoding = "utf8" | "base64";
export type OutputStream = "stdout" | "stderr";

export interface Limits {
  wall_ms?: number | null;
  memory_bytes?: number | null;
  output_bytes?: number | null;
}

export type LimitName = keyof Limits;

/** The highest values that the server takes for a language; absent where it does not say. */
export type Maxima = Partial<Record<LimitName, number>>;

export interface RunRequest {
  language: string;
  code: string;
  /** Given: written, then end of file. Absent: open, fed by `POST …/stdin`. */
  stdin?: string;
  limits?: Limits;
  on_disconnect: "stop";
}

export interface Proof {
  empty: boolean;
  processes_killed?: number;
  signal_us?: number;
  empty_us?: number;
  remaining?: number;
}

export interface StopAnswer {
  id: string;
  stopped: boolean;
  state: RunState;
  status: RunStatus | null;
  cause: string | null;
  proof: Proof | null;
}

export interface CompileResult {
  exit_code: number | null;
  stdout: string;
  stderr: string;
  ms: number;
  cached: boolean;
}

export interface Timing {
  queued_ms?: number;
  start_ms?: number;
  compile_ms?: number;
  run_ms?: number;
  total_ms?: number;
}

export interface Usage {
  cpu_ms?: number;
  peak_memory_bytes?: number;
  peak_tasks?: number;
  stdout_bytes?: number;
  stderr_bytes?: number;
  tasks_refused?: number;
  disk_full?: boolean;
}

export interface Run {
  id: string;
  language: string;
  version?: string | null;
  state: RunState;
  status: RunStatus | null;
  cause: string | null;
  phase?: string | null;
  exit_code: number | null;
  signal: string | null;
  compile?: CompileResult | null;
  timing?: Timing | null;
  usage?: Usage | null;
  stop?: (Proof & { cause?: string; requested_at?: string }) | null;
}

export type RunEvent =
  | { type: "queued"; id: string; position: number }
  | { type: "started"; version: string | null }
  | { type: "compile"; result: CompileResult }
  | { type: "output"; stream: OutputStream; data: string; encoding: Encoding }
  | { type: "truncated"; stream: string | null; missingBytes: number | null }
  | { type: "stopping"; cause: string }
  | { type: "finished"; run: Run };

export interface Language {
  id: string;
  name: string;
  version: string | null;
  aliases: string[];
  available: boolean;
  reason: string | null;
  maxima: Maxima;
}
