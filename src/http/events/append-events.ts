import type { Precondition, RecordOutcome } from '../../append/recorder.ts';
import type { AppContext } from '../protocol/context.ts';

/** Appends what a request contains: one event, or an array of events for one stream. Throws what the store throws. */
export async function appendEvents(
  { recorder, actor, logsRequests, signal }: AppContext,
  input: unknown,
  requestId: string,
  precondition?: Precondition,
): Promise<RecordOutcome> {
  const outcome = await recorder.record(input, { actor, precondition });
  const last = outcome.outcome === 'recorded' ? outcome.events.at(-1) : undefined;
  if (logsRequests && last !== undefined) {
    signal({ kind: 'events-appended', stream: last.stream, position: last.position, requestId });
  }
  return outcome;
}
