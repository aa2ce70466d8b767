/** An error in one field of what was sent, or in one query parameter. */
export interface FieldProblem {
  /** JSON pointer into the body. */
  readonly pointer?: string;
  readonly parameter?: string;
  readonly code: string;
  readonly detail: string;
}

/** Thrown when the server refuses a request: its problem details (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** Such as `invalid-event`; empty if the answer is not one of Chancery, but of a proxy. */
  readonly code: string;
  readonly errors: readonly FieldProblem[];
  /** The whole body, with the members that only some problems have. */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    const { type = '', title = `The server answered ${status}`, detail, errors } = problem;
    super(detail === undefined ? String(title) : `${title}: ${detail}`);
    this.status = status;
    this.code = String(type).replace('/problems/', '');
    this.errors = Array.isArray(errors) ? (errors as readonly FieldProblem[]) : [];
    this.problem = problem;
  }
}

export async function problemErrorOf(response: Response): Promise<ProblemError> {
  const text = await response.text();
  try {
    return new ProblemError(response.status, JSON.parse(text) as Record<string, unknown>);
  } catch {
    return new ProblemError(response.status, {});
  }
}
