import type { AppendOutcome, ExpectedRevision, NewEvent, RecordedEvent, Revision } from './event-store.ts';

/**
 * Rules of the port that every store judges alike. A store asks them in this order: a retry is recognised before the
 * expected revision is looked at, since the revision of a retry is out of date by its own first success.
 */

type Recognised = Extract<AppendOutcome, { outcome: 'already-recorded' | 'id-taken' }>;

/** What makes an event "the same", with its stream. */
type Identity = Pick<NewEvent, 'id' | 'type' | 'content'>;

/** Undefined when none of the events is in the log. */
export function findDuplicate(
  stream: string,
  events: readonly Identity[],
  find: (id: string) => RecordedEvent | undefined,
): Recognised | undefined {
  const twin = firstTwin(events);
  if (twin !== undefined) return { outcome: 'id-taken', id: twin };

  const known: RecordedEvent[] = [];
  for (const event of events) {
    const recorded = find(event.id);
    if (recorded === undefined) continue;
    if (!isSame(event, stream, recorded)) return { outcome: 'id-taken', id: event.id };
    known.push(recorded);
  }
  const [first] = known;
  if (first === undefined) return undefined;
  if (known.length < events.length) return { outcome: 'id-taken', id: first.id };
  return { outcome: 'already-recorded', events: known };
}

/** An id that stands twice in one append. */
function firstTwin(events: readonly Identity[]): string | undefined {
  if (events.length === 1) return undefined;
  const ids = new Set<string>();
  return events.find(({ id }) => ids.size === ids.add(id).size)?.id;
}

function isSame(event: Identity, stream: string, recorded: RecordedEvent): boolean {
  return recorded.stream === stream && recorded.type === event.type && recorded.content === event.content;
}

export function matchesExpectedRevision(actual: Revision | 'no-stream', expected: ExpectedRevision): boolean {
  return expected === 'any' || expected === actual;
}

export type RecordingTimes =
  | { readonly outcome: 'in-order'; readonly times: readonly string[] }
  | Extract<AppendOutcome, { outcome: 'recorded-at-out-of-order' }>;

/**
 * `recordedAt` of each event. The clock is held back by the last event of the log, so that a clock that was set back
 * does not reorder the record; a given time is never altered but refused, that of a copy excepted.
 * @param last that of the last event of the log, '' when there is none
 */
export function recordingTimes(events: readonly NewEvent[], last: string, now: string): RecordingTimes {
  const times: string[] = [];
  let latest = last;
  for (const { recordedAt, isCopy } of events) {
    if (recordedAt !== undefined && recordedAt < latest && !isCopy) {
      return { outcome: 'recorded-at-out-of-order', last: latest };
    }
    const time = recordedAt ?? (now > latest ? now : latest);
    times.push(time);
    if (time > latest) latest = time;
  }
  return { outcome: 'in-order', times };
}
