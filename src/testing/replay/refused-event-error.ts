import type { RecordOutcome } from '../../append/recorder.ts';

export type Refusal = Exclude<RecordOutcome, { readonly outcome: 'recorded' | 'repeated' }>;

/** An event of a history was not recorded; those before it were. */
export class RefusedEventError extends Error {
  override readonly name = 'RefusedEventError';
  readonly refusal: Refusal;

  /** @param index of the event in what was given, from 0 */
  constructor(event: object, index: number, refusal: Refusal) {
    super(`Event ${index + 1}${described(event)} was refused:\n${reasonsOf(refusal).join('\n')}`);
    this.refusal = refusal;
  }
}

function described(event: object): string {
  const { type, stream, id } = event as { type?: unknown; stream?: unknown; id?: unknown };
  const known = [type, stream ?? id].filter((part) => typeof part === 'string');
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}

function reasonsOf(refusal: Refusal): readonly string[] {
  switch (refusal.outcome) {
    case 'invalid':
    case 'not-found':
    case 'conflict':
      return refusal.errors.map(({ pointer, code, detail }) => `  ${pointer || '/'}  ${detail} (${code})`);
    case 'wrong-revision':
      return [`  The record ${refusal.stream} stands at ${refusal.actual}.`];
    case 'id-taken':
      return [`  The id ${refusal.id} belongs to another event of the history.`];
    case 'contended':
      return [`  The record ${refusal.stream} is being changed by somebody else.`];
    case 'recorded-at-out-of-order':
      return [`  It was recorded before the event in front of it, which was at ${refusal.last}.`];
  }
}
