import {
  type Conflict,
  defineTimeline,
  linksOf,
  type RecordVersion,
  stanceOf,
  statementsOf,
} from '../src/index.ts';
import { timelineEntry } from './timeline-entry.ts';

/** Keys of the timelines of all candidates, of those that nobody has decided, and of those that a link confirms. */
const [ALL, OPEN, CONFIRMED] = ['*', 'open', 'confirmed'];

/** Something that an event cannot be true together with, as far as a machine can tell. */
interface Contradiction {
  /** A statement of the event denies it, or the event is at odds with an earlier one of its record. */
  readonly kind: 'denial' | Conflict['kind'];
  /** Key of the statement that denies it. */
  readonly statement?: string;
  /** The other end: the id of an event or the name of a record. */
  readonly against: string;
  /** Confirmed: a person linked the two with `contradicts`. */
  readonly state: 'open' | 'confirmed';
}

/** Candidates of one event, besides confirmed ones: pages read the records of both ends of each. */
const CANDIDATES_MAX = 100;

/** Links that say how two ends go together, so that they are no candidates. */
const SETTLED_BY = [
  'duplicates',
  'duplicatedBy',
  'corroborates',
  'corroboratedBy',
  'replaces',
  'replacedBy',
  'amends',
  'amendedBy',
  'renews',
  'renewedBy',
  'translationOf',
  'translations',
] as const;

/**
 * Candidates of contradiction, which people confirm with a link. Each event has an entry for what it cannot be true
 * together with: in the timeline of all, in that of the state, and in those of the two ends, under the names of records
 * and the ids of events. Whether anybody affirms what a statement denies is for readers to look up: here each event
 * stands for itself.
 */
export const contradictions = defineTimeline({
  name: 'contradictions',
  version: 1,
  partitionBy: (record) => {
    const found = contradictionsOf(record);
    if (found.length === 0) return NONE;
    const timelines = new Map([
      [ALL, found],
      [record.event.stream, found],
      [record.event.id, found],
    ]);
    for (const one of found) {
      const key = one.state === 'open' ? OPEN : CONFIRMED;
      for (const end of [key, one.against]) timelines.set(end, union(timelines.get(end), one));
    }
    return new Map([...timelines].map(([key, contradicts]) => [key, { contradicts }]));
  },
  entry: timelineEntry,
});

const NONE: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map();

function union(known: readonly Contradiction[] = [], one: Contradiction): readonly Contradiction[] {
  return known.includes(one) ? known : [...known, one];
}

function contradictionsOf(record: RecordVersion): readonly Contradiction[] {
  if (record.status === 'retracted') return [];
  const ends = [
    ...denialsIn(record),
    ...(record.conflicts ?? []).map(({ kind, with: against }) => ({ kind, against })),
  ];
  if (ends.length === 0) return [];
  const { contradicts = [], contradictedBy = [], ...links } = linksOf(record);
  const settled = new Set(SETTLED_BY.flatMap((list) => links[list] ?? []));
  const confirmed = new Set([...contradicts, ...contradictedBy]);
  return ends
    .filter(({ against }) => confirmed.has(against) || !settled.has(against))
    .map((end): Contradiction => ({ ...end, state: confirmed.has(end.against) ? 'confirmed' : 'open' }))
    .filter(({ state }, index) => state === 'confirmed' || index < CANDIDATES_MAX);
}

function denialsIn(record: RecordVersion): readonly Omit<Contradiction, 'state'>[] {
  return statementsOf(record)
    .filter((statement) => stanceOf(statement) === 'denies')
    .flatMap(({ key, about = [] }) =>
      about
        .filter((against) => !isOwn(against, record))
        .map((against) => ({ kind: 'denial', statement: key, against })),
    );
}

function isOwn(reference: string, { event }: RecordVersion): boolean {
  return reference === event.id || reference === event.stream;
}
