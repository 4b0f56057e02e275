/** Which language the page speaks, and who is told when that changes. */
import { en, type Messages } from "./en";
import { zh } from "./zh";

export type { Messages } from "./en";
export type Locale = "en" | "zh";

const kMessages: Record<Locale, Messages> = { en, zh };

/** The first of the browser's languages that the page has; English if none. */
export function chooseLocale(stored: string | null, preferred: readonly string[]): Locale {
  if (stored === "en" || stored === "zh") return stored;
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split("-")[0];
    if (primary === "en" || primary === "zh") return primary;
  }
  return "en";
}

export class I18n {
  private readonly listeners: Array<() => void> = [];

  constructor(private current: Locale) {}

  get locale(): Locale {
    return this.current;
  }

  get m(): Messages {
    return kMessages[this.current];
  }

  /** Calls now and again after each change of language. */
  watch(listener: () => void): void {
    this.listeners.push(listener);
    listener();
  }

  set(locale: Locale): void {
    this.current = locale;
    for (const listener of this.listeners) listener();
  }
}

/**
 * Fills the static part of the page: `data-i18n` is the key of an element's text, `data-i18n-label`
 * of its aria-label and title, `data-i18n-placeholder` of its placeholder.
 */
export function fillStatic(root: ParentNode, m: Messages): void {
  const text = (key: string | undefined): string => {
    const value = (m as unknown as Record<string, unknown>)[key ?? ""];
    if (typeof value !== "string") throw new Error(`no message '${key}'`);
    return value;
  };
  for (const element of root.querySelectorAll<HTMLElement>("[data-i18n]")) {
    element.textContent = text(element.dataset["i18n"]);
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-i18n-label]")) {
    const label = text(element.dataset["i18nLabel"]);
    element.setAttribute("aria-label", label);
    if (element.tagName === "BUTTON") element.title = label;
  }
  for (const element of root.querySelectorAll<HTMLElement>("[data-i18n-placeholder]")) {
    element.setAttribute("placeholder", text(element.dataset["i18nPlaceholder"]));
  }
}
