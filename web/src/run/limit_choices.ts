/**
 * What the limits' menus offer: round values, as far as the server allows them for the language.
 * Values are the wire's (milliseconds, bytes), labels are for people.
 */
import type { LimitName, Maxima } from "../api/types";
import { formatBytes } from "./format";

export interface LimitChoice {
  value: number;
  label: string;
}

const kSecond = 1000;
const kMinute = 60 * kSecond;
/** A factor, not a shift: `2048 << 20` is negative. */
const kMib = 1024 * 1024;

const kValues: Record<LimitName, number[]> = {
  wall_ms: [2 * kSecond, 10 * kSecond, 30 * kSecond, kMinute, 5 * kMinute],
  memory_bytes: [64, 256, 512, 1024, 2048].map((mib) => mib * kMib),
  output_bytes: [1, 16, 64, 256].map((mib) => mib * kMib),
};

/** The choices for one limit; none above its maximum, where that is known. */
export function limitChoices(name: LimitName, maxima: Maxima): LimitChoice[] {
  const max = maxima[name] ?? Number.POSITIVE_INFINITY;
  const label = name === "wall_ms" ? formatTime : formatBytes;
  return kValues[name]
    .filter((value) => value <= max)
    .map((value) => ({ value, label: label(value) }));
}

function formatTime(ms: number): string {
  return ms < kMinute ? `${ms / kSecond} s` : `${ms / kMinute} min`;
}
