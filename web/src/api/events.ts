/**
 * Server-sent events of a run -> typed events. `RunEventParser` takes text in any split and calls
 * back per event, in order. Comment lines (the server's keep-alive) and event types that this page
 * does not know are passed over; a known type whose data is broken throws `TransportError`, for a
 * stream that lost its framing must not be shown as if it were whole.
 */
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { TransportError } from "./problem";
import type { CompileResult, Encoding, Run, RunEvent } from "./types";

type Fields = Record<string, unknown>;

const asString = (value: unknown, fallback = ""): string =>
  typeof value === "string" ? value : fallback;
const asNumber = (value: unknown): number | null => (typeof value === "number" ? value : null);

export function toCompileResult(fields: Fields): CompileResult {
  return {
    exit_code: asNumber(fields["exit_code"]),
    stdout: asString(fields["stdout"]),
    stderr: asString(fields["stderr"]),
    ms: asNumber(fields["ms"]) ?? 0,
    cached: fields["cached"] === true,
  };
}

/** One event of the wire as a value; null for a type this page does not know. */
export function toRunEvent(type: string, fields: Fields): RunEvent | null {
  switch (type) {
    case "queued":
      return {
        type: "queued",
        id: asString(fields["id"]),
        position: asNumber(fields["position"]) ?? 0,
      };
    case "started":
      return { type: "started", version: asString(fields["version"]) || null };
    case "compile":
      return { type: "compile", result: toCompileResult(fields) };
    case "stdout":
    case "stderr": {
      const encoding: Encoding = fields["encoding"] === "base64" ? "base64" : "utf8";
      return { type: "output", stream: type, data: asString(fields["data"]), encoding };
    }
    case "truncated":
      return {
        type: "truncated",
        stream: asString(fields["stream"]) || null,
        missingBytes: asNumber(fields["missing_bytes"]),
      };
    case "stopping":
      return { type: "stopping", cause: asString(fields["cause"]) };
    case "finished":
      return { type: "finished", run: fields as unknown as Run };
    default:
      return null;
  }
}

export class RunEventParser {
  private readonly parser;

  constructor(private readonly onEvent: (event: RunEvent) => void) {
    this.parser = createParser({ onEvent: (message) => this.take(message) });
  }

  feed(text: string): void {
    this.parser.feed(text);
  }

  private take(message: EventSourceMessage): void {
    let fields: unknown;
    try {
      fields = JSON.parse(message.data);
    } catch (cause) {
      throw new TransportError(`event ${message.id ?? "?"} is not JSON`, { cause });
    }
    if (typeof fields !== "object" || fields === null) {
      throw new TransportError(`event ${message.id ?? "?"} is not an object`);
    }
    const event = toRunEvent(message.event ?? "message", fields as Fields);
    if (event !== null) this.onEvent(event);
  }
}
