import type { AppendOutcome, ExpectedRevision, NewEvent, RecordedEvent, Revision } from './event-store.ts';

/*
 * Rules that every store applies, in this order: duplicates are found before the expected revision is checked, since
 * the revision of a retry is out of date by its own first success.
 */

type Duplicate = Extract<AppendOutcome, { outcome: 'already-recorded' | 'id-taken' | 'content-redacted' }>;

/** The fields that, with the stream, decide whether two events are the same. */
type Identity = Pick<NewEvent, 'id' | 'type' | 'content' | 'commitment'>;

/** Looks for events that are in the log already. Returns undefined if none is. */
export function findDuplicate(
  stream: string,
  events: readonly Identity[],
  find: (id: string) => RecordedEvent | undefined,
): Duplicate | undefined {
  const repeated = repeatedId(events);
  if (repeated !== undefined) return { outcome: 'id-taken', id: repeated };

  const known: RecordedEvent[] = [];
  for (const event of events) {
    const recorded = find(event.id);
    if (recorded === undefined) continue;
    if (!isSame(event, stream, recorded)) {
      const isRedacted = recorded.commitment !== undefined && recorded.stream === stream;
      return { outcome: isRedacted ? 'content-redacted' : 'id-taken', id: event.id };
    }
    known.push(recorded);
  }
  const [first] = known;
  if (first === undefined) return undefined;
  if (known.length < events.length) return { outcome: 'id-taken', id: first.id };
  return { outcome: 'already-recorded', events: known };
}

/** Returns an id that two events of one append have. */
function repeatedId(events: readonly Identity[]): string | undefined {
  if (events.length === 1) return undefined;
  const ids = new Set<string>();
  return events.find(({ id }) => ids.size === ids.add(id).size)?.id;
}

function isSame(event: Identity, stream: string, recorded: RecordedEvent): boolean {
  const { type, content, commitment } = event;
  if (recorded.stream !== stream || recorded.type !== type) return false;
  return recorded.content === content && recorded.commitment === commitment;
}

export function matchesExpectedRevision(actual: Revision | 'no-stream', expected: ExpectedRevision): boolean {
  return expected === 'any' || expected === actual;
}

export type RecordingTimes =
  | { readonly outcome: 'in-order'; readonly times: readonly string[] }
  | Extract<AppendOutcome, { outcome: 'recorded-at-out-of-order' }>;

/**
 * Returns the `recordedAt` of each event. It is never earlier than that of the last event, even if the clock was set
 * back. A given time that is earlier is refused, except in a copy.
 *
 * @param last `recordedAt` of the last event of the log, '' if the log is empty
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
