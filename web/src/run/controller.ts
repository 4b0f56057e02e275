/**
 * The one run of the page. Starts a new session only when none is active (so Run while running is
 * impossible, whatever the buttons do), passes on what the newest session says and nothing of older
 * ones. No DOM.
 */
import type { RunRequest } from "../api/types";
import { type RunApi, RunSession, type SessionListener, type Timers } from "./session";
import { isActive, kIdle, type Snapshot } from "./snapshot";

export class RunController {
  private current: RunSession | null = null;

  constructor(
    private readonly api: RunApi,
    private readonly timers: Timers,
    private readonly listener: SessionListener,
  ) {}

  get snapshot(): Snapshot {
    return this.current?.snapshot ?? kIdle;
  }

  /** Starts a run; false, and nothing happens, while another one is active. */
  run(request: RunRequest, firstInput = ""): boolean {
    if (isActive(this.snapshot)) return false;
    const session: RunSession = new RunSession(
      this.api,
      this.timers,
      {
        onChange: (snapshot) => {
          if (this.current === session) this.listener.onChange(snapshot);
        },
        onOutput: (event) => {
          if (this.current === session) this.listener.onOutput(event);
        },
      },
      request,
      firstInput,
    );
    this.current = session;
    void session.start();
    return true;
  }

  stop(): void {
    void this.current?.stop();
  }

  async send(text: string, eof: boolean): Promise<void> {
    await this.current?.send(text, eof);
  }

  /** The page goes away: the connection is closed, and the run ends with it. */
  abandon(): void {
    if (isActive(this.snapshot)) this.current?.abandon();
  }
}
