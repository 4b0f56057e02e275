/**
 * The code editor: CodeMirror with what a playground needs and no more. Colours come from CSS
 * variables, so switching the theme does not touch the editor. Highlighting of a family is loaded
 * when it is first wanted.
 */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from "@codemirror/view";
import type { Messages } from "../i18n";
import type { Family } from "./families";
import { editorTheme, highlightStyle } from "./theme";

async function loadLanguage(family: Family): Promise<Extension> {
  switch (family) {
    case "javascript":
    case "node":
      return (await import("./languages/javascript")).support();
    case "python":
      return (await import("./languages/python")).support();
    case "c":
    case "cpp":
      return (await import("./languages/cpp")).support();
    case "csharp":
      return (await import("./languages/csharp")).support();
    case "java":
      return (await import("./languages/java")).support();
    case "bash":
      return (await import("./languages/shell")).support();
  }
}

const kIndent: Record<Family, string> = {
  javascript: "  ",
  node: "  ",
  python: "    ",
  bash: "  ",
  c: "  ",
  cpp: "  ",
  csharp: "  ",
  java: "  ",
};

export class Editor {
  private readonly view: EditorView;
  private readonly language = new Compartment();
  private readonly texts = new Compartment();
  private family: Family | null = null;

  constructor(
    parent: HTMLElement,
    private readonly handlers: { onRun: () => void; onChange: () => void },
  ) {
    this.view = new EditorView({ parent, state: this.makeState("") });
  }

  get code(): string {
    return this.view.state.doc.toString();
  }

  /** Whether what is typed goes into the program. */
  get focused(): boolean {
    return this.view.hasFocus;
  }

  /** Replaces program, language and undo history. */
  open(code: string, family: Family | null, m: Messages): void {
    this.family = family;
    this.view.setState(this.makeState(code));
    this.translate(m);
    if (family === null) return;
    loadLanguage(family)
      .then((extension) => {
        if (this.family !== family) return;
        const unit = indentUnit.of(kIndent[family]);
        this.view.dispatch({ effects: this.language.reconfigure([extension, unit]) });
      })
      // Without its chunk the text is plain, and just as editable.
      .catch(() => undefined);
  }

  /** Another text of the same language; undo brings the old one back. */
  replace(code: string): void {
    const { doc } = this.view.state;
    this.view.dispatch({
      changes: { from: 0, to: doc.length, insert: code },
      selection: { anchor: 0 },
      scrollIntoView: true,
    });
  }

  /** Puts the cursor at a place (numbers from 1) and shows it; past the end means the end. */
  goTo(line: number, column: number): void {
    const { doc } = this.view.state;
    const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
    const anchor = Math.min(from + Math.max(1, column) - 1, to);
    this.view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    });
    this.view.focus();
  }

  translate(m: Messages): void {
    this.view.dispatch({
      effects: this.texts.reconfigure([
        EditorView.contentAttributes.of({ "aria-label": m.editorLabel }),
        EditorState.phrases.of(m.editorPhrases),
      ]),
    });
  }

  focus(): void {
    this.view.focus();
  }

  private makeState(doc: string): EditorState {
    const run = { key: "Mod-Enter", run: () => (this.handlers.onRun(), true) };
    return EditorState.create({
      doc,
      extensions: [
        Prec.highest(keymap.of([run])),
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        dropCursor(),
        EditorState.allowMultipleSelections.of(true),
        indentOnInput(),
        syntaxHighlighting(highlightStyle),
        bracketMatching(),
        closeBrackets(),
        rectangularSelection(),
        crosshairCursor(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        search({ top: true }),
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
        editorTheme,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.handlers.onChange();
        }),
        this.language.of([]),
        this.texts.of([]),
      ],
    });
  }
}
