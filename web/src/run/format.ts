/** Numbers as people read them. Units are the same in every language of the page. */

export function formatMs(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function formatUs(us: number): string {
  return formatMs(us / 1000);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** 12345 -> "12,345": grouped with narrow commas, whatever the browser's region. */
export function formatCount(n: number): string {
  return n.toLocaleString("en-US");
}

/** Time that goes on, for the running clock: no more digits than the eye can follow. */
export function formatClock(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatMs(ms);
}
