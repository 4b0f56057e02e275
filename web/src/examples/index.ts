/**
 * Example programs: one folder per language family, one file per example, named by its key. The
 * files are bundled as text; adding one means adding the file (and, for a new key, its name in
 * `i18n`).
 */
import type { Family } from "../editor/families";

const kOrder = ["hello", "endless", "stubborn", "input", "errors", "memory", "broken"];

const files = import.meta.glob<string>("./*/*.*", {
  query: "?raw",
  import: "default",
  eager: true,
});

export interface Example {
  key: string;
  code: string;
}

/** The examples of a family, the plain one first; one empty program for a family without any. */
export function examplesOf(family: Family | null): Example[] {
  const found: Example[] = [];
  for (const [path, code] of Object.entries(files)) {
    const [, folder, key] = /^\.\/([^/]+)\/([^/.]+)\./.exec(path) ?? [];
    if (folder === family && key !== undefined) found.push({ key, code });
  }
  found.sort((a, b) => kOrder.indexOf(a.key) - kOrder.indexOf(b.key));
  return found.length > 0 ? found : [{ key: "hello", code: "" }];
}
