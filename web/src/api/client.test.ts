import { describe, expect, it } from "vitest";
import { ApiClient } from "./client";
import { ProblemError, TransportError } from "./problem";
import type { RunEvent } from "./types";

interface Call {
  url: string;
  method: string;
  headers: Headers;
  body: unknown;
}

function clientThatGets(
  answer: Response | Error,
  token: string | null = "t0",
): [ApiClient, Call[]] {
  const calls: Call[] = [];
  const client = new ApiClient({
    baseUrl: "http://here/prefix/",
    token: () => token,
    yieldToPage: () => Promise.resolve(),
    fetch: async (input, init) => {
      calls.push({
        url: String(input),
        method: init?.method ?? "GET",
        headers: new Headers(init?.headers),
        body: init?.body,
      });
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return [client, calls];
}

const kSignal = new AbortController().signal;
const kRun = { language: "python", code: "1", on_disconnect: "stop" } as const;

describe("ApiClient", () => {
  it("sends the token as a header, never in the address", async () => {
    const [client, calls] = clientThatGets(Response.json([]));
    await client.languages();
    expect(calls[0]?.url).toBe("http://here/prefix/v1/languages");
    expect(calls[0]?.headers.get("Authorization")).toBe("Bearer t0");
  });

  it("sends none where there is none", async () => {
    const [client, calls] = clientThatGets(Response.json([]), null);
    await client.languages();
    expect(calls[0]?.headers.has("Authorization")).toBe(false);
  });

  it("reads the maxima that the server tells of a language", async () => {
    const limits = {
      wall_ms: { default: 2000, max: 5000 },
      memory_bytes: { default: 1 << 28, max: 2 ** 31 },
      output_bytes: null,
    };
    const [client] = clientThatGets(Response.json([{ id: "c", limits }, { id: "python" }]));
    const languages = await client.languages();
    expect(languages.map(({ maxima }) => maxima)).toEqual([
      { wall_ms: 5000, memory_bytes: 2 ** 31 },
      {},
    ]);
  });

  it("streams a run's events, across any split of its bytes", async () => {
    const bytes = new TextEncoder().encode(
      'event: queued\ndata: {"id":"r_1","position":0}\n\nevent: stdout\ndata: {"data":"你"}\n\n',
    );
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const headers = { "Content-Type": "text/event-stream" };
    const [client, calls] = clientThatGets(new Response(body, { headers }));
    const events: RunEvent[] = [];
    await client.streamRun(kRun, (event) => events.push(event), kSignal);
    expect(calls[0]).toMatchObject({ method: "POST", body: JSON.stringify(kRun) });
    expect(calls[0]?.headers.get("Accept")).toBe("text/event-stream");
    expect(events).toEqual([
      { type: "queued", id: "r_1", position: 0 },
      { type: "output", stream: "stdout", data: "你", encoding: "utf8" },
    ]);
  });

  it("refuses an answer to a run that is no stream", async () => {
    const [client] = clientThatGets(Response.json({}));
    await expect(client.streamRun(kRun, () => undefined, kSignal)).rejects.toThrow(TransportError);
  });

  it("gives the server's problem document", async () => {
    const problem = { title: "Too many", status: 429, detail: "the queue is full", code: "full" };
    const headers = { "Content-Type": "application/problem+json", "Retry-After": "2" };
    const answer = new Response(JSON.stringify(problem), { status: 429, headers });
    const [client] = clientThatGets(answer);
    const error = await client.languages().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).problem).toMatchObject({
      status: 429,
      detail: "the queue is full",
      code: "full",
      retryAfterSeconds: 2,
    });
  });

  it.each([
    ["tells", Response.json({ body_bytes: 4096 }), 4096],
    ["does not tell", Response.json({ title: "No", status: 403 }, { status: 403 }), null],
  ])("says what a body may have where the server %s", async (_, capabilities, bodyLimit) => {
    const refusal = Response.json({ title: "Too large", status: 413 }, { status: 413 });
    const client = new ApiClient({
      baseUrl: "http://here/",
      token: () => null,
      fetch: async (input) => (String(input).endsWith("/v1/capabilities") ? capabilities : refusal),
    });
    await expect(client.streamRun(kRun, () => undefined, kSignal)).rejects.toMatchObject({
      problem: { status: 413, bodyLimit },
    });
  });

  it("makes do with an error that is no problem document", async () => {
    const [client] = clientThatGets(new Response("<html>", { status: 502 }));
    await expect(client.languages()).rejects.toMatchObject({ problem: { status: 502 } });
  });

  it("tells a server that cannot be reached from one that was told to stop waiting", async () => {
    await expect(clientThatGets(new TypeError("failed"))[0].languages()).rejects.toThrow(
      TransportError,
    );
    const abort = new DOMException("", "AbortError");
    await expect(clientThatGets(abort)[0].languages()).rejects.toBe(abort);
  });

  it("feeds stdin as bytes and says when it ends", async () => {
    const [client, calls] = clientThatGets(new Response(null, { status: 204 }));
    await client.sendStdin("r_1", "a\n", false);
    await client.sendStdin("r_1", "", true);
    expect(calls.map((call) => call.url)).toEqual([
      "http://here/prefix/v1/runs/r_1/stdin",
      "http://here/prefix/v1/runs/r_1/stdin?eof=true",
    ]);
    expect(calls[0]).toMatchObject({ body: "a\n", method: "POST" });
  });
});
