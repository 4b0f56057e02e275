/** The limits that a visitor chooses, in the menu of the playground. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { launchBrowser, Playground } from "./support/playground.mjs";
import { Server } from "./support/server.mjs";

/** Nothing waits for time; this only ends a suite that hangs. */
const kSuiteMs = 300_000;

describe("the limits menu", { timeout: kSuiteMs }, () => {
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

  it("gives a program the memory that was chosen, after a reload too", async () => {
    await playground.choose("python");
    await playground.page.click("#limits summary");
    await playground.page.selectOption("#limit-memory", { label: "2.0 GiB" });
    await playground.write('print("hello")\n');
    await playground.run();
    assert.equal((await playground.ended()).status, "succeeded");
    await playground.page.reload();
    await playground.choose("python");
    assert.equal(await playground.page.inputValue("#limit-memory"), String(2 ** 31));
    await playground.run();
    assert.equal((await playground.ended()).status, "succeeded");
  });

  it("offers no limit above the language's maximum", async () => {
    await playground.page.route("**/v1/languages", async (route) => {
      const response = await route.fetch();
      const languages = await response.json();
      languages.find(({ id }) => id === "python").limits.wall_ms.max = 5000;
      await route.fulfill({ response, json: languages });
    });
    await playground.page.reload();
    const offered = () => playground.page.locator("#limit-wall option").allTextContents();
    await playground.choose("bash");
    await playground.page.click("#limits summary");
    await playground.page.selectOption("#limit-wall", { label: "30 s" });
    await playground.choose("python");
    assert.deepEqual(await offered(), ["default", "2 s"]);
    assert.equal(await playground.page.inputValue("#limit-wall"), "");
    await playground.choose("bash");
    assert.deepEqual(await offered(), ["default", "2 s", "10 s", "30 s", "1 min", "5 min"]);
    assert.equal(await playground.page.inputValue("#limit-wall"), "30000");
  });
});
