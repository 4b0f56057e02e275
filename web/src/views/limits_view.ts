/** Limits for the next run. "default" leaves a limit to the language. */
import type { Limits } from "../api/types";
import type { I18n } from "../i18n";
import { formatBytes } from "../run/format";
import type { Settings } from "../state/settings";
import { byId, option } from "./dom";

const kSeconds = [2, 10, 30, 60, 300];
const kMemory = [64, 256, 512, 1024, 2048].map((mib) => mib << 20);
const kOutput = [1, 16, 64, 256].map((mib) => mib << 20);

interface Choice {
  field: keyof Limits;
  select: HTMLSelectElement;
  values: number[];
  label: (value: number) => string;
}

export class LimitsView {
  private readonly menu = byId<HTMLDetailsElement>("limits");
  private readonly choices: Choice[] = [
    {
      field: "wall_ms",
      select: byId<HTMLSelectElement>("limit-wall"),
      values: kSeconds.map((seconds) => seconds * 1000),
      label: (ms) => (ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`),
    },
    {
      field: "memory_bytes",
      select: byId<HTMLSelectElement>("limit-memory"),
      values: kMemory,
      label: formatBytes,
    },
    {
      field: "output_bytes",
      select: byId<HTMLSelectElement>("limit-output"),
      values: kOutput,
      label: formatBytes,
    },
  ];

  constructor(i18n: I18n, settings: Settings) {
    for (const { field, select } of this.choices) {
      select.addEventListener("change", () => {
        settings.set(field, select.value === "" ? null : select.value);
        this.mark();
      });
    }
    i18n.watch(() => {
      for (const { field, select, values, label } of this.choices) {
        const chosen = settings.get(field) ?? "";
        select.replaceChildren(
          option("", i18n.m.limitDefault),
          ...values.map((value) => option(String(value), label(value))),
        );
        select.value = values.map(String).includes(chosen) ? chosen : "";
      }
      this.mark();
    });
    document.addEventListener("pointerdown", (event) => {
      if (event.target instanceof Node && !this.menu.contains(event.target)) {
        this.menu.open = false;
      }
    });
    this.menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.menu.open) return;
      // Escape closes the menu; it is not a stop this time.
      event.preventDefault();
      this.menu.open = false;
      this.menu.querySelector("summary")?.focus();
    });
  }

  /** Null where every limit is the language's default. */
  get limits(): Limits | null {
    const limits: Limits = {};
    for (const { field, select } of this.choices) {
      if (select.value !== "") limits[field] = Number(select.value);
    }
    return Object.keys(limits).length > 0 ? limits : null;
  }

  private mark(): void {
    this.menu.dataset["set"] = String(this.limits !== null);
  }
}
