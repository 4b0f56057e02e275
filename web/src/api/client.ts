/**
 * The page's only way to the server. Holds no state but the token's source; every call takes an
 * AbortSignal. Errors: `ProblemError` (the server said no), `TransportError` (no usable answer), or
 * the signal's own AbortError. Addresses are relative to the page, never to a host.
 */
import { RunEventParser } from "./events";
import { isAbort, ProblemError, readProblem, TransportError } from "./problem";
import type { Language, Maxima, Run, RunEvent, RunRequest, StopAnswer } from "./types";

/** Longest time that events are handled in one go before the page gets to paint and to listen. */
const kEventSliceMs = 8;

/** A language as the wire has it; each field may be missing. */
type LanguageEntry = Partial<Omit<Language, "maxima">> & {
  limits?: Record<string, { max?: number } | null>;
};

export interface ApiOptions {
  baseUrl: string;
  token: () => string | null;
  fetch?: typeof fetch;
  /** Lets the browser do other work; called when a slice of event handling is used up. */
  yieldToPage?: () => Promise<void>;
}

export class ApiClient {
  private readonly fetch: typeof fetch;
  private readonly yieldToPage: () => Promise<void>;

  constructor(private readonly options: ApiOptions) {
    this.fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.yieldToPage =
      options.yieldToPage ?? (() => new Promise((resolve) => setTimeout(resolve, 0)));
  }

  async languages(signal?: AbortSignal): Promise<Language[]> {
    const body = await this.json(await this.send("GET", "v1/languages", { signal }));
    if (!Array.isArray(body)) throw new TransportError("the list of languages is not a list");
    return body.map((entry: LanguageEntry) => ({
      id: String(entry.id),
      name: entry.name ?? String(entry.id),
      version: entry.version ?? null,
      aliases: entry.aliases ?? [],
      available: entry.available === true,
      reason: entry.reason ?? null,
      maxima: maximaOf(entry.limits ?? {}),
    }));
  }

  /**
   * Starts a run and hands each of its events to `onEvent`, in order; resolves when the stream has
   * ended, whether or not a `finished` event came. Aborting the signal closes the connection, which
   * by `on_disconnect: "stop"` ends the run.
   */
  async streamRun(
    request: RunRequest,
    onEvent: (event: RunEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const response = await this.send("POST", "v1/runs", {
      signal,
      accept: "text/event-stream",
      type: "application/json",
      body: JSON.stringify(request),
    });
    const type = response.headers.get("Content-Type") ?? "";
    if (!type.startsWith("text/event-stream") || response.body === null) {
      throw new TransportError(`expected a stream of events, got '${type}'`);
    }
    const parser = new RunEventParser(onEvent);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let sliceStart = performance.now();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        parser.feed(value);
        if (performance.now() - sliceStart > kEventSliceMs) {
          await this.yieldToPage();
          sliceStart = performance.now();
        }
      }
    } catch (error) {
      throw asCallError(error, "the stream of events broke off");
    } finally {
      // Closes the connection where the stream is left early; an ended stream has nothing to close.
      reader.cancel().catch(() => undefined);
    }
  }

  async stopRun(id: string, signal: AbortSignal): Promise<StopAnswer> {
    const path = `v1/runs/${encodeURIComponent(id)}/stop`;
    const init = { signal, type: "application/json", body: "{}" };
    return (await this.json(await this.send("POST", path, init))) as StopAnswer;
  }

  async getRun(id: string, waitMs: number, signal: AbortSignal): Promise<Run> {
    const path = `v1/runs/${encodeURIComponent(id)}?wait_ms=${waitMs}`;
    return (await this.json(await this.send("GET", path, { signal }))) as Run;
  }

  /** Appends bytes to the program's stdin; with `eof` closes it afterwards. */
  async sendStdin(id: string, text: string, eof: boolean, signal?: AbortSignal): Promise<void> {
    const path = `v1/runs/${encodeURIComponent(id)}/stdin${eof ? "?eof=true" : ""}`;
    const init = { signal, type: "application/octet-stream", body: text };
    await this.send("POST", path, init);
  }

  private async send(
    method: string,
    path: string,
    init: {
      signal?: AbortSignal | undefined;
      accept?: string;
      type?: string;
      body?: string;
    },
  ): Promise<Response> {
    const headers = new Headers({ Accept: init.accept ?? "application/json" });
    const token = this.options.token();
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    if (init.type !== undefined) headers.set("Content-Type", init.type);
    let response: Response;
    try {
      response = await this.fetch(new URL(path, this.options.baseUrl), {
        method,
        headers,
        body: init.body ?? null,
        signal: init.signal ?? null,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
      });
    } catch (error) {
      throw asCallError(error, "the server did not answer");
    }
    if (!response.ok) {
      const problem = await readProblem(response);
      if (problem.status === 413 && init.body !== undefined) {
        problem.bodyLimit = await this.bodyLimit(init.signal);
      }
      throw new ProblemError(problem);
    }
    return response;
  }

  /** What the server says of itself is the only place that has the limit; null where it does not. */
  private async bodyLimit(signal?: AbortSignal): Promise<number | null> {
    try {
      const body = await this.json(await this.send("GET", "v1/capabilities", { signal }));
      const limit = (body as { body_bytes?: unknown } | null)?.body_bytes;
      return typeof limit === "number" ? limit : null;
    } catch {
      // The refusal is what has to be told, with or without its limit.
      return null;
    }
  }

  private async json(response: Response): Promise<unknown> {
    try {
      return await response.json();
    } catch (error) {
      throw asCallError(error, "the answer is not JSON");
    }
  }
}

function maximaOf(limits: NonNullable<LanguageEntry["limits"]>): Maxima {
  const maxima: Maxima = {};
  for (const name of ["wall_ms", "memory_bytes", "output_bytes"] as const) {
    const max = limits[name]?.max;
    if (typeof max === "number") maxima[name] = max;
  }
  return maxima;
}

function asCallError(error: unknown, message: string): unknown {
  if (isAbort(error) || error instanceof ProblemError || error instanceof TransportError) {
    return error;
  }
  return new TransportError(message, { cause: error });
}
