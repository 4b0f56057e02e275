/** Wires the page: one API client, one run controller, and the views that show what they say. */
import "./styles/theme.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/result.css";
import { ApiClient } from "./api/client";
import { ProblemError } from "./api/problem";
import type { RunRequest } from "./api/types";
import { chooseLocale, fillStatic, I18n } from "./i18n";
import { RunController } from "./run/controller";
import { isActive, type Snapshot } from "./run/snapshot";
import { problemText } from "./run/verdict";
import { Settings } from "./state/settings";
import { TokenStore } from "./state/token";
import { CompileView } from "./views/compile_view";
import { byId } from "./views/dom";
import { InputView } from "./views/input_view";
import { LimitsView } from "./views/limits_view";
import { OutputView } from "./views/output_view";
import { attachOutputTools } from "./views/output_tools";
import { ProgramView } from "./views/program_view";
import { RunButtons } from "./views/run_buttons";
import { attachSplitter } from "./views/splitter";
import { StatusView } from "./views/status_view";
import { attachTheme } from "./views/theme_switch";
import { TokenDialog } from "./views/token_dialog";

const kRunKey = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘ Enter" : "Ctrl+Enter";

const settings = new Settings(() => localStorage);
const i18n = new I18n(chooseLocale(settings.get("locale"), navigator.languages));
const token = new TokenStore({ location, history, session: sessionStorage });
const api = new ApiClient({ baseUrl: document.baseURI, token: () => token.value });

i18n.watch(() => {
  document.documentElement.lang = i18n.m.htmlLang;
  document.title = i18n.m.title;
  byId("locale").lang = i18n.locale === "en" ? "zh" : "en";
  fillStatic(document, i18n.m);
});

const controller = new RunController(
  api,
  { set: (callback, ms) => setTimeout(callback, ms), clear: (id) => clearTimeout(id as number) },
  { onChange: show, onOutput: (event) => output.take(event) },
);

const buttons = new RunButtons(i18n, kRunKey, { onRun: run, onStop: () => controller.stop() });
const limits = new LimitsView(i18n, settings);
const program = new ProgramView(i18n, settings, {
  onRun: run,
  onLanguage: ({ maxima }) => limits.offer(maxima),
});
const compile = new CompileView(i18n, (line, column) => program.goTo(line, column));
const output = new OutputView(i18n);
const input = new InputView(i18n, {
  send: (text, eof) => controller.send(text, eof),
  onSent: (text, eof) => (eof ? output.notice((m) => m.eofSent) : output.echo(text)),
  explain: (error) =>
    error instanceof ProblemError ? problemText(error.problem, i18n.m) : i18n.m.serverUnreachable,
});
const status = new StatusView(i18n, kRunKey);
const dialog = new TokenDialog((value) => {
  token.set(value);
  void loadLanguages();
});
attachSplitter(settings);
attachTheme(settings);
attachOutputTools(output, settings, i18n);

function run(): void {
  const language = program.language;
  if (language === null || isActive(controller.snapshot)) return;
  output.clear();
  const first = input.first;
  const request: RunRequest = { language, code: program.code, on_disconnect: "stop" };
  if (limits.limits !== null) request.limits = limits.limits;
  if (!first.open) request.stdin = first.text;
  controller.run(request, first.open ? first.text : "");
  output.reveal();
}

function show(snapshot: Snapshot): void {
  buttons.show(snapshot);
  compile.show(snapshot.compile);
  input.show(snapshot);
  status.show(snapshot);
  if (snapshot.phase !== "ended") return;
  output.end();
  const { outcome } = snapshot;
  if (outcome?.kind === "refused" && outcome.problem.status === 401) dialog.ask(true);
}

async function loadLanguages(): Promise<void> {
  const retry = byId<HTMLButtonElement>("retry");
  retry.hidden = true;
  try {
    const languages = await api.languages();
    program.setLanguages(languages);
    buttons.enable(program.language !== null);
    status.trouble(null);
    program.focus();
  } catch (error) {
    const unauthorized = error instanceof ProblemError && error.problem.status === 401;
    status.trouble((m) =>
      error instanceof ProblemError ? problemText(error.problem, m) : m.serverUnreachable,
    );
    retry.hidden = unauthorized;
    if (unauthorized) dialog.ask(token.value !== null);
  }
}

byId("locale").addEventListener("click", () => {
  const next = i18n.locale === "en" ? "zh" : "en";
  settings.set("locale", next);
  i18n.set(next);
});
byId("token").addEventListener("click", () => dialog.ask(false));
byId("retry").addEventListener("click", () => void loadLanguages());

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  } else if (event.key === "Escape" && !event.isComposing && isActive(controller.snapshot)) {
    event.preventDefault();
    // Tab indents in the editor, so Escape is the way out of it; the next Escape stops.
    if (program.focused) output.focus();
    else controller.stop();
  }
});
window.addEventListener("hashchange", () => {
  if (token.takeFromFragment()) void loadLanguages();
});
// Closing the tab closes the connection, and by that the run; saying so at once is only kinder. A
// page that goes into the back-forward cache comes back with the run ended, which is true.
window.addEventListener("pagehide", () => controller.abandon());

void loadLanguages();
