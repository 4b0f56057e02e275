/** Light or dark: the system's choice until the visitor makes one. */
import type { Settings } from "../state/settings";
import { byId } from "./dom";

export function attachTheme(settings: Settings): void {
  const root = document.documentElement;
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const stored = settings.get("theme");
  if (stored === "light" || stored === "dark") root.dataset["theme"] = stored;

  byId("theme").addEventListener("click", () => {
    const dark = (root.dataset["theme"] ?? (systemDark.matches ? "dark" : "light")) === "dark";
    const next = dark ? "light" : "dark";
    root.dataset["theme"] = next;
    settings.set("theme", next);
  });
}
