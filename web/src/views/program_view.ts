/**
 * Which program is in the editor: language, example, or the visitor's own version, which is
 * remembered per language. Looking at an example does not touch it; changing one makes that the
 * visitor's own.
 */
import type { Language } from "../api/types";
import { Editor } from "../editor/editor";
import { familyOf } from "../editor/families";
import { type Example, examplesOf } from "../examples";
import type { I18n } from "../i18n";
import type { Settings } from "../state/settings";
import { byId, option } from "./dom";

/** Value of the entry that stands for the visitor's own version. */
const kOwn = "";

export class ProgramView {
  private readonly languageSelect = byId<HTMLSelectElement>("language");
  private readonly exampleSelect = byId<HTMLSelectElement>("example");
  private readonly editor: Editor;
  private languages: Language[] = [];
  private current: Language | null = null;
  private examples: Example[] = [];
  /** The visitor's own version in the current language; null where there is none. */
  private own: string | null = null;

  constructor(
    private readonly i18n: I18n,
    private readonly settings: Settings,
    private readonly handlers: { onRun: () => void; onLanguage: (language: Language) => void },
  ) {
    this.editor = new Editor(byId("editor"), {
      onRun: () => handlers.onRun(),
      onChange: () => this.onEdit(),
    });
    this.languageSelect.addEventListener("change", () => {
      const chosen = this.languages.find(({ id }) => id === this.languageSelect.value);
      if (chosen !== undefined) this.open(chosen);
    });
    this.exampleSelect.addEventListener("change", () => {
      const { value } = this.exampleSelect;
      const code = value === kOwn ? this.own : this.examples.find(({ key }) => key === value)?.code;
      if (code !== null && code !== undefined) this.editor.replace(code);
      this.editor.focus();
    });
    i18n.watch(() => {
      this.editor.translate(i18n.m);
      this.renderLanguages();
      this.renderExamples();
    });
  }

  get language(): string | null {
    return this.current?.id ?? null;
  }

  get code(): string {
    return this.editor.code;
  }

  get focused(): boolean {
    return this.editor.focused;
  }

  goTo(line: number, column: number): void {
    this.editor.goTo(line, column);
  }

  focus(): void {
    this.editor.focus();
  }

  setLanguages(languages: Language[]): void {
    this.languages = languages;
    const usable = languages.filter(({ available }) => available);
    const wanted = this.current?.id ?? this.settings.get("language");
    const chosen = usable.find(({ id }) => id === wanted) ?? usable[0] ?? null;
    this.renderLanguages();
    if (chosen === null) return;
    if (chosen.id !== this.current?.id) this.open(chosen);
    else this.handlers.onLanguage(chosen);
  }

  private open(language: Language): void {
    this.current = language;
    const family = familyOf(language);
    this.examples = examplesOf(family);
    this.settings.set("language", language.id);
    this.handlers.onLanguage(language);
    this.own = this.settings.get(`draft.${language.id}`);
    this.editor.open(this.own ?? this.examples[0]?.code ?? "", family, this.i18n.m);
    this.renderLanguages();
    this.renderExamples();
  }

  private onEdit(): void {
    if (this.current === null) return;
    if (this.exampleShown() === undefined) {
      this.own = this.code;
      this.settings.set(`draft.${this.current.id}`, this.own);
    }
    this.markExample();
  }

  private exampleShown(): Example | undefined {
    const { code } = this.editor;
    return this.examples.find((example) => example.code === code);
  }

  private markExample(): void {
    const own = this.exampleSelect.options[0];
    if (own !== undefined) own.hidden = own.disabled = this.own === null;
    this.exampleSelect.value = this.exampleShown()?.key ?? kOwn;
  }

  private renderLanguages(): void {
    const { m } = this.i18n;
    const options = this.languages.map((language) => {
      const name = language.version ? `${language.name} · ${language.version}` : language.name;
      const label = language.available ? name : m.unavailable(language.name, language.reason ?? "");
      return option(language.id, label, !language.available);
    });
    if (this.languages.length > 0 && !this.languages.some(({ available }) => available)) {
      options.unshift(option("", m.noLanguage, true));
    }
    this.languageSelect.replaceChildren(...options);
    this.languageSelect.value = this.current?.id ?? "";
    this.languageSelect.disabled = this.languages.length === 0;
  }

  private renderExamples(): void {
    const { m } = this.i18n;
    const own = option(kOwn, m.exampleModified);
    const options = this.examples.map(({ key }) => option(key, m.examples[key] ?? key));
    this.exampleSelect.replaceChildren(own, ...options);
    this.exampleSelect.disabled = this.current === null;
    this.markExample();
  }
}
