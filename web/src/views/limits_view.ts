/**
 * Limits for the next run. "default" leaves a limit to the language. What is chosen is remembered;
 * for a language that does not allow it, the limit is the default.
 */
import type { LimitName, Limits, Maxima } from "../api/types";
import type { I18n } from "../i18n";
import { limitChoices } from "../run/limit_choices";
import type { Settings } from "../state/settings";
import { byId, option } from "./dom";

export class LimitsView {
  private readonly menu = byId<HTMLDetailsElement>("limits");
  private readonly selects: Array<[LimitName, HTMLSelectElement]> = [
    ["wall_ms", byId<HTMLSelectElement>("limit-wall")],
    ["memory_bytes", byId<HTMLSelectElement>("limit-memory")],
    ["output_bytes", byId<HTMLSelectElement>("limit-output")],
  ];
  private maxima: Maxima = {};

  constructor(
    private readonly i18n: I18n,
    private readonly settings: Settings,
  ) {
    for (const [name, select] of this.selects) {
      select.addEventListener("change", () => {
        settings.set(name, select.value === "" ? null : select.value);
        this.mark();
      });
    }
    i18n.watch(() => this.render());
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

  /** Offers what is allowed for the language that is chosen now. */
  offer(maxima: Maxima): void {
    this.maxima = maxima;
    this.render();
  }

  /** Null where every limit is the language's default. */
  get limits(): Limits | null {
    const limits: Limits = {};
    for (const [name, select] of this.selects) {
      if (select.value !== "") limits[name] = Number(select.value);
    }
    return Object.keys(limits).length > 0 ? limits : null;
  }

  private render(): void {
    for (const [name, select] of this.selects) {
      const choices = limitChoices(name, this.maxima).map(({ value, label }) =>
        option(String(value), label),
      );
      select.replaceChildren(option("", this.i18n.m.limitDefault), ...choices);
      const wanted = this.settings.get(name);
      select.value = choices.find(({ value }) => value === wanted)?.value ?? "";
    }
    this.mark();
  }

  private mark(): void {
    this.menu.dataset["set"] = String(this.limits !== null);
  }
}
