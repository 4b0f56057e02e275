/** Highlighting and indentation, in a module of its own so that it is loaded on demand. */
import { LanguageSupport, StreamLanguage } from "@codemirror/language";
import { java } from "@codemirror/legacy-modes/mode/clike";

export function support(): LanguageSupport {
  return new LanguageSupport(StreamLanguage.define(java));
}
