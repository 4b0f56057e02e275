import { describe, expect, it } from "vitest";
import { RunEventParser } from "./events";
import { TransportError } from "./problem";
import type { RunEvent } from "./types";

const kStream = [
  ': keep-alive\n\nid: 1\nevent: queued\ndata: {"id":"r_1","key":null,"position":0}\n\n',
  'id: 2\nevent: started\ndata: {"version":"3.11.2"}\n\n',
  'id: 3\nevent: stdout\ndata: {"data":"é\\n","encoding":"utf8"}\n\n',
  'id: 4\nevent: stderr\ndata: {"data":"/w==","encoding":"base64"}\n\n',
  'id: 5\nevent: truncated\ndata: {"stream":"stdout","missing_bytes":7,"last_seq":4}\n\n',
  'id: 6\nevent: from_the_future\ndata: {"x":1}\n\n',
  'id: 7\nevent: stopping\ndata: {"cause":"stop"}\n\n',
  'id: 8\nevent: finished\ndata: {"id":"r_1","state":"finished","status":"cancelled"}\n\n',
].join("");

function parse(pieces: Iterable<string>): RunEvent[] {
  const events: RunEvent[] = [];
  const parser = new RunEventParser((event) => events.push(event));
  for (const piece of pieces) parser.feed(piece);
  return events;
}

describe("RunEventParser", () => {
  it("gives the events of a run as values, and passes over what it does not know", () => {
    expect(parse([kStream])).toEqual([
      { type: "queued", id: "r_1", position: 0 },
      { type: "started", version: "3.11.2" },
      { type: "output", stream: "stdout", data: "é\n", encoding: "utf8" },
      { type: "output", stream: "stderr", data: "/w==", encoding: "base64" },
      { type: "truncated", stream: "stdout", missingBytes: 7 },
      { type: "stopping", cause: "stop" },
      { type: "finished", run: { id: "r_1", state: "finished", status: "cancelled" } },
    ]);
  });

  it("does not care how the text is split", () => {
    expect(parse(kStream)).toEqual(parse([kStream]));
    expect(parse(kStream.split(/(?<=:)/))).toEqual(parse([kStream]));
  });

  it("understands CR LF", () => {
    expect(parse([kStream.replaceAll("\n", "\r\n")])).toEqual(parse([kStream]));
  });

  it("reads a compile event tolerantly", () => {
    const text = 'event: compile\ndata: {"exit_code":1,"stdout":"","stderr":"no","ms":12.5}\n\n';
    expect(parse([text])).toEqual([
      {
        type: "compile",
        result: { exit_code: 1, stdout: "", stderr: "no", ms: 12.5, cached: false },
      },
    ]);
  });

  it.each(["not json", "3", "null"])("refuses an event whose data is %s", (data) => {
    expect(() => parse([`event: stdout\ndata: ${data}\n\n`])).toThrow(TransportError);
  });
});
