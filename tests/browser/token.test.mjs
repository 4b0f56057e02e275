/** The playground without a token, with a wrong one, and with the right one at last. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launchBrowser, Playground } from "./support/playground.mjs";
import { Server } from "./support/server.mjs";

/** Nothing waits for time; this only ends a suite that hangs. */
const kSuiteMs = 300_000;

describe("the playground without the right token", { timeout: kSuiteMs }, () => {
  let server;
  let browser;

  before(async () => {
    server = await Server.start();
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("asks for a token, says when it is wrong, and goes on with the right one", async () => {
    const playground = await Playground.open(browser, `${server.origin}/#token=wrong`);
    const dialog = playground.page.getByRole("dialog");
    await dialog.getByText("did not accept this token").waitFor();
    await playground.screenshot("token");
    await dialog.getByLabel("Token").fill("also wrong");
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.getByText("did not accept this token").waitFor();
    await dialog.getByLabel("Token").fill(server.token);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await playground.choose("python");
    await playground.write('print("let in")\n');
    await playground.run();
    await playground.sees("let in", "stdout");
    assert.equal((await playground.ended()).status, "succeeded");
    const unexpected = playground.problems.filter((text) => !text.includes("401"));
    assert.deepEqual(unexpected, []);
    await playground.close();
  });
});
