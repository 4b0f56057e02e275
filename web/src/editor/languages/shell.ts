/** Highlighting and indentation, in a module of its own so that it is loaded on demand. */
import { LanguageSupport, StreamLanguage } from "@codemirror/language";
import { shell } from "@codemirror/legacy-modes/mode/shell";

export function support(): LanguageSupport {
  return new LanguageSupport(StreamLanguage.define(shell));
}
