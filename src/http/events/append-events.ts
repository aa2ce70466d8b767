import type { Principal } from '../../access/principal.ts';
import type { Precondition, PreviewOutcome, RecordOutcome } from '../../append/recorder.ts';
import { senderOf } from '../protocol/authorization.ts';
import type { AppContext } from '../protocol/context.ts';
import {
  type APPENDED_STATUS,
  type Problem,
  problemOfException,
  problemOfRefusal,
} from '../protocol/problems.ts';
import type { RequestAudit } from '../protocol/request-audit.ts';

/** An append that was made or repeated, or a dry run that accepts it. */
export type SuccessfulAppend = Extract<
  RecordOutcome | PreviewOutcome,
  { readonly outcome: keyof typeof APPENDED_STATUS }
>;

/** Returns the problem of an append or a dry run that was refused. */
export function successOrProblem(outcome: RecordOutcome | PreviewOutcome): SuccessfulAppend | Problem {
  switch (outcome.outcome) {
    case 'recorded':
    case 'repeated':
    case 'accepted':
      return outcome;
    default:
      return problemOfRefusal(outcome);
  }
}

/**
 * Returns what became of one of several appends, whose failure must not hide the outcomes of the others.
 *
 * @throws Error if the server is at fault
 */
export async function resultOf(
  appending: Promise<RecordOutcome | PreviewOutcome>,
): Promise<SuccessfulAppend | Problem> {
  try {
    return successOrProblem(await appending);
  } catch (error) {
    const problem = problemOfException(error);
    if (problem.code === 'internal-error') throw error;
    return problem;
  }
}

/** Where an append comes from, and what it requires. */
export interface AppendContext {
  readonly principal: Principal;
  readonly requestId: string;
  readonly audit: RequestAudit;
  readonly precondition?: Precondition | undefined;
}

/** Appends what a request contains: one event, or an array of events for one stream. Throws what the store throws. */
export async function appendEvents(
  { access, recorder, logsRequests, signal, clockWatch, metrics }: AppContext,
  input: unknown,
  { principal, requestId, audit, precondition }: AppendContext,
): Promise<RecordOutcome> {
  const sender = senderOf(principal, access);
  const outcome = await metrics.measureAppend(
    () => recorder.record(input, { ...sender, precondition }),
    (result) => (result.outcome === 'recorded' ? result.events.length : 0),
  );
  const last = outcome.outcome === 'recorded' ? outcome.events.at(-1) : undefined;
  if (outcome.outcome === 'recorded') audit.appended(outcome.events);
  if (last !== undefined) clockWatch.observe(last);
  if (logsRequests && last !== undefined) {
    signal({ kind: 'events-appended', stream: last.stream, position: last.position, requestId });
  }
  return outcome;
}
