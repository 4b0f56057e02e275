import { describe, expect, it } from "vitest";
import type { LimitName } from "../api/types";
import { limitChoices } from "./limit_choices";

function offered(name: LimitName, max?: number): Array<[number, string]> {
  return limitChoices(name, max === undefined ? {} : { [name]: max }).map(({ value, label }) => [
    value,
    label,
  ]);
}

describe("limitChoices", () => {
  it("offers time in seconds and minutes", () => {
    expect(offered("wall_ms")).toEqual([
      [2000, "2 s"],
      [10_000, "10 s"],
      [30_000, "30 s"],
      [60_000, "1 min"],
      [300_000, "5 min"],
    ]);
  });

  it("offers memory up to 2 GiB, which is more than 31 bits hold", () => {
    expect(offered("memory_bytes")).toEqual([
      [67_108_864, "64 MiB"],
      [268_435_456, "256 MiB"],
      [536_870_912, "512 MiB"],
      [1_073_741_824, "1.0 GiB"],
      [2_147_483_648, "2.0 GiB"],
    ]);
  });

  it("offers output from 1 MiB on", () => {
    expect(offered("output_bytes")).toEqual([
      [1_048_576, "1.0 MiB"],
      [16_777_216, "16 MiB"],
      [67_108_864, "64 MiB"],
      [268_435_456, "256 MiB"],
    ]);
  });

  it("offers the language's maximum, and nothing above it", () => {
    expect(offered("wall_ms", 30_000).map(([, label]) => label)).toEqual(["2 s", "10 s", "30 s"]);
    expect(offered("wall_ms", 5000).map(([, label]) => label)).toEqual(["2 s"]);
    expect(offered("memory_bytes", 1)).toEqual([]);
  });
});
