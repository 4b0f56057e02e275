/** The small buttons above the output: wrap, copy, clear. */
import type { I18n } from "../i18n";
import type { Settings } from "../state/settings";
import { byId } from "./dom";
import type { OutputView } from "./output_view";

export function attachOutputTools(output: OutputView, settings: Settings, i18n: I18n): void {
  const wrap = byId<HTMLButtonElement>("wrap");
  const showWrap = (on: boolean): void => {
    wrap.setAttribute("aria-pressed", String(on));
    output.setWrap(on);
  };
  showWrap(settings.get("wrap") !== "off");
  wrap.addEventListener("click", () => {
    const on = wrap.getAttribute("aria-pressed") !== "true";
    settings.set("wrap", on ? null : "off");
    showWrap(on);
  });

  const copy = byId<HTMLButtonElement>("copy");
  copy.addEventListener("click", () => {
    // Refused where the page is neither on localhost nor on https: then there is the selection.
    navigator.clipboard?.writeText(output.text()).then(
      () => {
        copy.dataset["done"] = "true";
        copy.setAttribute("aria-label", i18n.m.copied);
      },
      () => window.getSelection()?.selectAllChildren(byId("output")),
    );
  });
  for (const type of ["pointerleave", "blur"]) {
    copy.addEventListener(type, () => {
      delete copy.dataset["done"];
      copy.setAttribute("aria-label", i18n.m.copy);
    });
  }

  byId("clear").addEventListener("click", () => output.clear());
}
