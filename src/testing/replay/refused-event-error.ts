import type { RecordOutcome } from '../../append/recorder.ts';

export type Refusal = Exclude<RecordOutcome, { readonly outcome: 'recorded' | 'repeated' }>;

/**
 * Thrown when an event of a history is refused. The message names the event and lists its errors; the events before it
 * are recorded.
 */
export class RefusedEventError extends Error {
  override readonly name = 'RefusedEventError';
  /** The outcome of the append. If it is `invalid`, `errors` has the field errors with their JSON pointers. */
  readonly refusal: Refusal;

  /** @param index position of the event in the array that the test passed, from 0 */
  constructor(event: object, index: number, refusal: Refusal) {
    super(`Event ${index + 1}${formatEvent(event)} was refused:\n${reasonsOf(refusal).join('\n')}`);
    this.refusal = refusal;
  }
}

function formatEvent(event: object): string {
  const { type, stream, id } = event as { type?: unknown; stream?: unknown; id?: unknown };
  const parts = [type, stream ?? id].filter((part) => typeof part === 'string');
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function reasonsOf(refusal: Refusal): readonly string[] {
  switch (refusal.outcome) {
    case 'invalid':
    case 'not-found':
    case 'conflict':
      return refusal.errors.map(({ pointer, code, detail }) => `  ${pointer || '/'}  ${detail} (${code})`);
    case 'wrong-revision':
      return [`  The record ${refusal.stream} is at revision ${refusal.actual}.`];
    case 'id-taken':
      return [`  The id ${refusal.id} belongs to another event of the history.`];
    case 'content-redacted':
      return [`  The content of the event ${refusal.id} was removed.`];
    case 'contended':
      return [`  Another writer is appending to the record ${refusal.stream}.`];
    case 'forbidden':
      return [`  ${refusal.detail}`];
    case 'recorded-at-out-of-order':
      return [`  Its recordedAt is before that of the previous event, ${refusal.last}.`];
  }
}
