/**
 * A leash server for one test file: started on a free port with a state directory of its own, ended
 * by SIGTERM. Which program: env LEASH_BIN, else the release build of this checkout.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const kDefaultBinary = fileURLToPath(new URL("../../../build/release/leash", import.meta.url));

export class Server {
  /** Resolves once the server has printed its ready link. */
  static async start() {
    const stateDir = await mkdtemp(path.join(tmpdir(), "leash-browser-"));
    const binary = path.resolve(process.env.LEASH_BIN ?? kDefaultBinary);
    const args = ["serve", "--listen", "127.0.0.1:0", "--state-dir", stateDir];
    const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"] });
    // A test run that breaks off leaves no server behind.
    process.once("exit", () => child.kill("SIGKILL"));
    const ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    const link = await Promise.race([
      readyLink(child.stdout),
      ended.then(({ code, signal }) => {
        throw new Error(`${binary} ended before it was ready: code ${code}, signal ${signal}`);
      }),
    ]);
    return new Server(child, ended, stateDir, new URL(link));
  }

  constructor(child, ended, stateDir, link) {
    this.child = child;
    this.ended = ended;
    this.stateDir = stateDir;
    this.link = link.href;
    this.origin = link.origin;
    this.token = new URLSearchParams(link.hash.slice(1)).get("token");
  }

  /** A call of the API, past the page: status and parsed body. */
  async get(pathname) {
    const headers = { Authorization: `Bearer ${this.token}` };
    const response = await fetch(new URL(pathname, this.origin), { headers });
    return { status: response.status, body: await response.json() };
  }

  /** SIGTERM, and how the server ended. */
  async stop() {
    this.child.kill("SIGTERM");
    const end = await this.ended;
    await rm(this.stateDir, { recursive: true, force: true });
    return end;
  }
}

async function readyLink(stdout) {
  const lines = createInterface({ input: stdout });
  for await (const line of lines) {
    const [link] = /http:\/\/\S+\/#token=\S+/.exec(line) ?? [];
    if (link === undefined) continue;
    // What is printed later is not read, but must not fill the pipe either.
    stdout.resume();
    return link;
  }
  await once(stdout, "close");
  throw new Error("the server printed no ready link");
}
