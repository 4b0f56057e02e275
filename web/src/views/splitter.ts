/** The bar between program and result: drag it, or move it with the arrow keys. */
import type { Settings } from "../state/settings";
import { byId } from "./dom";

const kMin = 20;
const kMax = 80;
const kStep = 2;

export function attachSplitter(settings: Settings): void {
  const split = byId("split");
  const bar = byId("splitter");
  let share = 52;

  const move = (percent: number): void => {
    share = Math.min(kMax, Math.max(kMin, percent));
    split.style.setProperty("--share", `${share}%`);
    bar.setAttribute("aria-valuenow", String(Math.round(share)));
  };
  const remember = (): void => settings.set("split", share.toFixed(1));

  const stored = Number.parseFloat(settings.get("split") ?? "");
  if (!Number.isNaN(stored)) move(stored);

  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  bar.addEventListener("pointermove", (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const { left, width } = split.getBoundingClientRect();
    move((100 * (event.clientX - left)) / width);
  });
  bar.addEventListener("lostpointercapture", remember);
  bar.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") move(share - kStep);
    else if (event.key === "ArrowRight") move(share + kStep);
    else if (event.key === "Home") move(kMin);
    else if (event.key === "End") move(kMax);
    else return;
    event.preventDefault();
    remember();
  });
}
