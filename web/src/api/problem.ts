/** What can go wrong with a call, in three kinds that the page treats differently. */

export interface Problem {
  status: number;
  title: string;
  detail: string | null;
  code: string | null;
  field: string | null;
  /** How many bytes a request's body may have, where that is what was wrong and it is known. */
  bodyLimit: number | null;
  retryAfterSeconds: number | null;
}

/** The server answered, and the answer was an error (`application/problem+json`). */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ProblemError";
  }
}

/** No answer, or one that is not of the contract: the server is gone or something is in between. */
export class TransportError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TransportError";
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** Reads an error answer; a body that is not a problem document still gives its status. */
export async function readProblem(response: Response): Promise<Problem> {
  const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const problem: Problem = {
    status: response.status,
    title: response.statusText || `HTTP ${response.status}`,
    detail: null,
    code: null,
    field: null,
    bodyLimit: null,
    retryAfterSeconds: Number.isNaN(retryAfter) ? null : retryAfter,
  };
  try {
    const body: unknown = JSON.parse(await response.text());
    if (typeof body === "object" && body !== null) {
      const text = (name: string): string | null => {
        const value = (body as Record<string, unknown>)[name];
        return typeof value === "string" && value !== "" ? value : null;
      };
      problem.title = text("title") ?? problem.title;
      problem.detail = text("detail");
      problem.code = text("code");
      problem.field = text("field");
    }
  } catch {
    // Not JSON: a proxy's page, perhaps. The status says enough.
  }
  return problem;
}
