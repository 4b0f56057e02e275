/**
 * The playground as a visitor sees it: what can be done on the page, and what can be read off it.
 * Everything waits for the page to say so; the time limit is only for a page that never does.
 */
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const kChromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const kPatienceMs = 30_000;
const kOut = fileURLToPath(new URL("../out/", import.meta.url));

export function launchBrowser() {
  return chromium.launch({
    executablePath: kChromium,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export class Playground {
  /** Opens the page in a context of its own; `problems` collects what the console complains of. */
  static async open(browser, link, options = {}) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: "en-US",
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(kPatienceMs);
    const problems = [];
    const foreign = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        problems.push(message.text());
      }
    });
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== "data:" && origin !== new URL(link).origin) foreign.push(request.url());
    });
    await page.goto(link);
    return new Playground(context, page, problems, foreign);
  }

  constructor(context, page, problems, foreign) {
    this.context = context;
    this.page = page;
    this.problems = problems;
    this.foreign = foreign;
    this.runButton = page.locator("#run");
    this.stopButton = page.locator("#stop");
    this.status = page.locator("#status");
    this.output = page.locator("#output");
  }

  close() {
    return this.context.close();
  }

  async choose(language) {
    await this.page.locator(`#language option[value="${language}"]:enabled`).waitFor({
      state: "attached",
    });
    await this.page.selectOption("#language", language);
  }

  async example(key) {
    await this.page.selectOption("#example", key);
  }

  /** Replaces the program by this one, as pasting does. */
  async write(code) {
    const content = this.page.locator(".cm-content");
    await content.click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.insertText(code);
  }

  async run() {
    await this.runButton.click();
  }

  /** Waits until this text stands in the output, of the given stream where one is given. */
  async sees(text, stream) {
    const where = stream === undefined ? "#output" : `#output [data-source="${stream}"]`;
    await this.page.locator(where).filter({ hasText: text }).first().waitFor();
  }

  /** Whether a visitor sees the whole element, as things are scrolled now. */
  isInSight(locator) {
    return locator.evaluate((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return [top + 1, bottom - 1].every((y) => {
        const seen = document.elementFromPoint((left + right) / 2, y);
        return seen !== null && element.contains(seen);
      });
    });
  }

  /** Whether a visitor sees the last line of the output, once what is due has been drawn. */
  newestIsInSight() {
    return this.output.evaluate(async (output) => {
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
      const last = document.createTreeWalker(output.lastElementChild, NodeFilter.SHOW_TEXT);
      while (last.nextNode() !== null);
      const range = document.createRange();
      const end = last.currentNode.data.trimEnd().length;
      range.setStart(last.currentNode, end - 1);
      range.setEnd(last.currentNode, end);
      const { left, right, top, bottom } = range.getBoundingClientRect();
      return [top + 1, bottom - 1].every((y) =>
        output.contains(document.elementFromPoint((left + right) / 2, y)),
      );
    });
  }

  /** Waits for the end of the run; gives what the status line says. */
  async ended() {
    await this.page.locator('#status[data-phase="ended"]').waitFor();
    return this.page.evaluate(() => {
      const status = document.getElementById("status");
      const facts = {};
      for (const fact of status.querySelectorAll("[data-fact]")) {
        facts[fact.dataset.fact] = fact.querySelector("dd").textContent;
      }
      const proof = document.getElementById("proof");
      return {
        run: status.dataset.run,
        status: status.dataset.status,
        cause: status.dataset.cause,
        title: document.getElementById("status-title").textContent,
        facts,
        proof: proof.hidden ? null : { empty: proof.dataset.empty, text: proof.textContent },
      };
    });
  }

  async screenshot(name) {
    await mkdir(kOut, { recursive: true });
    await this.page.screenshot({ path: `${kOut}${name}.png` });
  }
}
