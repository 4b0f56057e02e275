/**
 * The playground in a real browser against a real server: what a visitor does, in the order in
 * which a visitor would. Needs Chromium (env CHROMIUM) and a built leash (env LEASH_BIN).
 */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { launchBrowser, Playground } from "./support/playground.mjs";
import { Server } from "./support/server.mjs";

const kEndless = `import time
n = 0
while True:
    n += 1
    print(f"tick {n}")
    time.sleep(0.05)
`;

/** Nothing waits for time; this only ends a suite that hangs. */
const kSuiteMs = 300_000;

describe("the playground", { timeout: kSuiteMs }, () => {
  let server;
  let browser;
  let playground;

  before(async () => {
    server = await Server.start();
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    const end = await server?.stop();
    assert.deepEqual(end, { code: 0, signal: null }, "the server ends with 0 after SIGTERM");
  });

  beforeEach(async () => {
    playground = await Playground.open(browser, server.link);
  });

  afterEach(async () => {
    await playground.close();
    assert.deepEqual(playground.problems, [], "the console has nothing to complain of");
    assert.deepEqual(playground.foreign, [], "nothing is loaded from elsewhere");
  });

  it("stops an endless program, proves it, and runs the next one", async () => {
    await playground.choose("python");
    await playground.write(kEndless);
    await playground.run();
    await playground.sees("tick 3");
    await playground.screenshot("running");
    await playground.stopButton.click();

    const stopped = await playground.ended();
    assert.equal(stopped.status, "cancelled");
    assert.equal(stopped.cause, "stop");
    assert.equal(stopped.facts.cause, "stop");
    assert.equal(stopped.proof?.empty, "true");
    assert.match(stopped.proof.text, /[1-9]\d* process(es)? killed/);
    assert.match(stopped.proof.text, /nothing left after [\d.]+ (µs|ms)/);
    assert.match(stopped.proof.text, /empty: true/);
    await playground.screenshot("stopped");

    const { status, body } = await server.get(`/v1/runs/${stopped.run}`);
    assert.equal(status, 200);
    assert.equal(body.state, "finished");
    assert.equal(body.status, "cancelled");
    assert.equal(body.cause, "stop");
    assert.equal(body.stop.empty ?? body.stop.proof?.empty, true);

    await playground.write('print("hello again")\n');
    await playground.run();
    await playground.sees("hello again", "stdout");
    const finished = await playground.ended();
    assert.notEqual(finished.run, stopped.run);
    assert.equal(finished.status, "succeeded");
    assert.equal(finished.facts.exit_code, "0");
    assert.equal(finished.proof, null, "the proof of the last run is gone");
    assert.ok(!(await playground.output.innerText()).includes("tick"));
    await playground.screenshot("finished");
  });

  it("runs and stops by keyboard alone", async () => {
    await playground.choose("python");
    await playground.write(kEndless);
    await playground.page.keyboard.press("ControlOrMeta+Enter");
    await playground.sees("tick 2");
    // The first one leaves the editor, the next one stops.
    await playground.page.keyboard.press("Escape");
    await playground.page.keyboard.press("Escape");
    const stopped = await playground.ended();
    assert.equal(stopped.cause, "stop");
    assert.equal(stopped.proof?.empty, "true");
  });

  it("lets the keyboard out of the editor while a program runs, as far as its stdin", async () => {
    const { keyboard } = playground.page;
    const focused = () => playground.page.evaluate(() => document.activeElement.id);
    await playground.choose("python");
    await playground.example("input");
    await playground.page.locator(".cm-content").click();
    await keyboard.press("ControlOrMeta+Enter");
    await playground.sees("What is your name?");
    await keyboard.press("Escape");
    await keyboard.press("Tab");
    assert.equal(await focused(), "input-line");
    await keyboard.insertText("Ada");
    await keyboard.press("Enter");
    await playground.sees("Nice to meet you, Ada!", "stdout");
    assert.equal(await playground.status.getAttribute("data-phase"), "running");
    assert.match(await playground.page.locator(".cm-content").innerText(), /name/);
    await keyboard.press("Escape");
    assert.equal((await playground.ended()).cause, "stop");
  });

  it("says when a stop does not reach the server, and stops at the next try", async () => {
    await playground.choose("python");
    await playground.write(kEndless);
    await playground.run();
    await playground.sees("tick 2");
    await playground.page.route("**/stop", (route) => route.abort());
    await playground.stopButton.click();
    await playground.page.getByText("The stop did not reach the server.").waitFor();
    await playground.screenshot("stop_failed");
    await playground.page.unroute("**/stop");
    assert.equal(await playground.status.getAttribute("data-phase"), "running");
    await playground.page.getByRole("button", { name: "Stop again" }).click();
    const stopped = await playground.ended();
    assert.equal(stopped.cause, "stop");
    assert.equal(stopped.proof?.empty, "true");
    // The browser's own remark on the request that the test made fail.
    playground.problems = playground.problems.filter((text) => !text.includes("ERR_FAILED"));
  });

  it("does not take a double click on Run for a stop", async () => {
    await playground.choose("python");
    await playground.write(kEndless);
    await playground.runButton.dblclick();
    await playground.sees("tick 3");
    assert.equal(await playground.status.getAttribute("data-phase"), "running");
    await playground.stopButton.click();
    assert.equal((await playground.ended()).cause, "stop");
  });

  it("stops a program that ignores signals and forks", async () => {
    await playground.choose("python");
    await playground.example("stubborn");
    await playground.run();
    await playground.sees("still here");
    await playground.stopButton.click();
    const stopped = await playground.ended();
    assert.equal(stopped.cause, "stop");
    const killed = Number(/(\d+) processes killed/.exec(stopped.proof.text)?.[1]);
    assert.ok(killed >= 9, `9 processes at least, not ${killed}`);
  });

  it("shows what the compiler has against a C program", async () => {
    await playground.choose("c");
    await playground.example("broken");
    await playground.run();
    const end = await playground.ended();
    assert.equal(end.status, "compile_failed");
    const said = playground.page.locator("#compile-text");
    await said.waitFor();
    assert.match(await said.innerText(), /main\.c:5:\d+: error: .*anwser/);
    assert.equal(await playground.page.locator("#compile").getAttribute("data-result"), "failed");
    await playground.screenshot("compile_error");

    await playground.page.getByRole("button", { name: "main.c:5:18" }).first().click();
    const line = playground.page.locator(".cm-activeLine");
    await line.filter({ hasText: "anwser" }).waitFor();
  });

  it("hands typed lines to a running program, and the end of input", async () => {
    await playground.choose("python");
    await playground.example("input");
    await playground.run();
    await playground.sees("What is your name?");
    await playground.page.fill("#input-line", "Ada");
    await playground.page.keyboard.press("Enter");
    await playground.sees("Nice to meet you, Ada!", "stdout");
    await playground.page.fill("#input-line", "Grace");
    await playground.page.keyboard.press("Enter");
    await playground.sees("Nice to meet you, Grace!", "stdout");
    await playground.page.click("#input-eof");
    await playground.sees("Goodbye.", "stdout");
    assert.equal((await playground.ended()).status, "succeeded");
    await playground.screenshot("input");
  });

  it("sends text for stdin in full where stdin is not kept open", async () => {
    await playground.choose("python");
    await playground.write("import sys\nprint(sys.stdin.read().upper())\n");
    await playground.page.fill("#input-text", "one\ntwo\n");
    await playground.page.uncheck("#input-keep");
    await playground.run();
    await playground.sees("ONE\nTWO", "stdout");
    assert.equal((await playground.ended()).status, "succeeded");
  });

  it("tells stderr from stdout, and shows how the program failed", async () => {
    await playground.choose("python");
    await playground.example("errors");
    await playground.run();
    await playground.sees("This line goes to stdout,", "stdout");
    await playground.sees("this one to stderr,", "stderr");
    await playground.sees("ZeroDivisionError", "stderr");
    const end = await playground.ended();
    assert.equal(end.status, "failed");
    assert.equal(end.facts.exit_code, "1");
    assert.equal(end.title, "Exited with code 1");
    await playground.screenshot("stderr");
  });

  it("shows bytes that are not UTF-8", async () => {
    await playground.choose("python");
    await playground.write('import os\nos.write(1, b"A\\xff\\xfeB \\xe4\\xbd\\xa0\\n")\n');
    await playground.run();
    await playground.sees("A\\xff\\xfeB 你", "stdout");
    assert.equal((await playground.ended()).status, "succeeded");
  });

  it("says where output was cut off", async () => {
    await playground.choose("python");
    await playground.write('for n in range(40000):\n    print(f"{n:079d}")\n');
    await playground.run();
    await playground.page.getByText(/stdout was cut off: [\d.]+ MiB are missing here/).waitFor();
    assert.equal((await playground.ended()).status, "succeeded");
  });

  it("runs JavaScript", async () => {
    await playground.choose("javascript");
    await playground.example("hello");
    await playground.run();
    await playground.sees("Hello from JavaScript!", "stdout");
    await playground.sees("1 4 9 16 25 36 49 64 81 100", "stdout");
    assert.equal((await playground.ended()).status, "succeeded");
  });

  it("stops a JavaScript loop that never yields", async () => {
    await playground.choose("javascript");
    await playground.example("endless");
    await playground.run();
    await playground.sees("tick 2");
    await playground.stopButton.click();
    const stopped = await playground.ended();
    assert.equal(stopped.cause, "stop");
    assert.equal(stopped.proof?.empty, "true");
  });

  it("stays quick and bounded with ten megabytes of output", async () => {
    await playground.choose("python");
    await playground.page.click("#limits summary");
    await playground.page.selectOption("#limit-output", { label: "16 MiB" });
    await playground.write('for n in range(131072):\n    print(f"{n:079d}")\nprint("the end")\n');
    await playground.page.evaluate(() => {
      window.longestFrame = 0;
      let last = performance.now();
      const step = (now) => {
        window.longestFrame = Math.max(window.longestFrame, now - last);
        last = now;
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    });
    await playground.run();
    await playground.sees("the end", "stdout");
    assert.equal((await playground.ended()).status, "succeeded");
    const shown = await playground.page.evaluate(() => ({
      characters: document.getElementById("output").textContent.length,
      nodes: document.getElementById("output").querySelectorAll("*").length,
      longestFrame: window.longestFrame,
    }));
    assert.ok(shown.characters < 1.5 * 2 ** 20, `${shown.characters} characters are kept`);
    assert.ok(shown.nodes < 2000, `${shown.nodes} elements are kept`);
    assert.ok(shown.longestFrame < 1000, `a frame took ${shown.longestFrame} ms`);
    await playground.page.locator("#output-dropped").waitFor({ state: "attached" });
    assert.match(
      await playground.page.locator("#output-dropped").textContent(),
      /Earlier output is not shown: [\d,]+ lines, [\d.]+ MiB\./,
    );
  });

  it("keeps the visitor's own version while an example is looked at", async () => {
    const own = 'print("my own work")\n';
    const chosen = playground.page.locator("#example option:checked");
    const code = () => playground.page.locator(".cm-content").innerText();
    await playground.choose("python");
    assert.equal(await playground.page.locator('#example option[value=""]').isDisabled(), true);
    await playground.write(own);
    assert.equal(await chosen.textContent(), "Your version");
    await playground.example("hello");
    assert.equal(await chosen.textContent(), "Hello");
    assert.doesNotMatch(await code(), /my own work/);
    await playground.page.selectOption("#example", { label: "Your version" });
    assert.match(await code(), /my own work/);

    await playground.example("endless");
    await playground.page.reload();
    await playground.choose("python");
    assert.equal(await chosen.textContent(), "Your version");
    assert.match(await code(), /my own work/);
  });

  it("ends the run when the tab is closed", async () => {
    await playground.choose("python");
    await playground.write(kEndless);
    await playground.run();
    await playground.sees("tick 2");
    const id = await playground.status.getAttribute("data-run");
    await playground.page.close();
    const { body } = await server.get(`/v1/runs/${id}?wait_ms=20000`);
    assert.equal(body.state, "finished");
    assert.equal(body.cause, "client_disconnected");
  });

  it("shows the end of what is printed at once, and stays where the reader has scrolled to", async () => {
    await playground.choose("python");
    await playground.write('print(*range(300), sep="\\n")\nwhile True:\n    print(input())\n');
    await playground.run();
    await playground.sees("299");
    assert.equal(await playground.newestIsInSight(), true);
    await playground.output.hover();
    await playground.page.mouse.wheel(0, -1000);
    await playground.page.locator("#to-end").waitFor();
    await playground.page.fill("#input-line", "more");
    await playground.page.keyboard.press("Enter");
    await playground.sees("more", "stdout");
    assert.equal(await playground.newestIsInSight(), false);
    await playground.page.click("#to-end");
    assert.equal(await playground.newestIsInSight(), true);
    await playground.stopButton.click();
    await playground.ended();
  });

  for (const [width, height] of [
    [360, 740],
    [740, 360],
    [850, 390],
  ]) {
    it(`keeps the newest output and Stop in sight at ${width}x${height}`, async () => {
      await playground.page.setViewportSize({ width, height });
      await playground.choose("python");
      await playground.write(`for n in range(70):\n    print(f"line {n}")\n${kEndless}`);
      await playground.run();
      await playground.sees("tick 3");
      assert.equal(await playground.newestIsInSight(), true, "while it runs");
      assert.equal(await playground.isInSight(playground.stopButton), true, "Stop");
      await playground.screenshot(`small_${width}x${height}`);
      await playground.stopButton.click();
      await playground.ended();
      await playground.page.waitForFunction(() => document.querySelector("#input-text:enabled"));
      assert.equal(await playground.newestIsInSight(), true, "at the end");
    });
  }

  it("takes the token out of the address, and keeps it over a reload", async () => {
    await playground.choose("python");
    assert.equal(playground.page.url(), `${server.origin}/`);
    await playground.page.reload();
    await playground.choose("python");
    assert.equal(await playground.page.locator("dialog[open]").count(), 0);
  });

  it("speaks Chinese when asked to", async () => {
    await playground.choose("python");
    await playground.page.click("#locale");
    await playground.page.getByRole("button", { name: "运行" }).waitFor();
    await playground.screenshot("chinese");
  });
});
