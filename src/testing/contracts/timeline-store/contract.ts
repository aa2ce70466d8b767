import type { Day } from '../../../domain/values/edtf.ts';
import type { EventReader, Position } from '../../../event-store/event-store.ts';
import {
  type Checkpoint,
  type EntryVersion,
  type Facets,
  type LogPoint,
  type Ordinal,
  type TimelineQuery,
  type TimelineReader,
  type TimelineSummary,
  type TimelineWriter,
  UNFILTERED,
} from '../../../projector/timeline-store.ts';
import type { TestFramework } from '../event-store/contract.ts';

/** Both halves of one store. The suite closes it. */
export interface TimelineStoreUnderTest {
  readonly writer: TimelineWriter;
  readonly reader: TimelineReader;
  close(): void;
}

/** Opens an empty store. */
export type OpenTimelineStore = (
  comparePositions: EventReader['comparePositions'],
) => TimelineStoreUnderTest | Promise<TimelineStoreUnderTest>;

export interface TimelineStoreContract {
  readonly expect: TestFramework['expect'];
  /** A test on a store of its own. */
  readonly test: (name: string, body: (store: StoreInHand) => void) => void;
}

export function timelineStoreTests(
  openStore: OpenTimelineStore,
  framework: TestFramework,
): TimelineStoreContract['test'] {
  return (name, body) => {
    framework.test(name, async () => {
      const store = await openStore((a, b) => Number(a) - Number(b));
      try {
        body(new StoreInHand(store));
      } finally {
        store.close();
      }
    });
  };
}

/** A store, written to as a projector would. */
export class StoreInHand {
  readonly writer: TimelineWriter;
  readonly reader: TimelineReader;

  constructor({ writer, reader }: TimelineStoreUnderTest) {
    this.writer = writer;
    this.reader = reader;
  }

  /** Commits the events behind the last checkpoint up to this one, with the versions that they make. */
  commit(upTo: number, ...versions: readonly EntryVersion[]): void {
    const done = this.writer.checkpoint()?.ordinal ?? 0;
    const moments = Array.from({ length: upTo - done }, (_, index) => logPoint(done + index + 1));
    this.writer.commit({ moments, versions, checkpoint: checkpoint(upTo) });
  }

  /** What the entries of a timeline say, in order. */
  said(key: string, query: Partial<TimelineQuery> = {}): readonly string[] {
    const { entries } = this.reader.page(key, { ...EVERYTHING, ...query });
    return entries.map((entry) => JSON.parse(entry).says);
  }

  /** The same, page by page. */
  saidInPages(key: string, query: Partial<TimelineQuery> & { readonly limit: number }): readonly string[] {
    const said: string[] = [];
    let after: TimelineQuery['after'];
    do {
      const page = this.reader.page(key, { ...EVERYTHING, ...query, ...(after && { after }) });
      said.push(...page.entries.map((entry) => JSON.parse(entry).says));
      after = page.next;
    } while (after !== undefined);
    return said;
  }

  index(asOf = 1_000): readonly TimelineSummary[] {
    return this.reader.index({ limit: 50, asOf: asOf as Ordinal });
  }
}

export const EVERYTHING: TimelineQuery = {
  ...UNFILTERED,
  order: 'asc',
  limit: 200,
  asOf: 1_000 as Ordinal,
};

/** Positions with gaps, as a store may have them: the ordinal times ten. A second lies between two events. */
export function logPoint(ordinal: number, second = ordinal): LogPoint {
  const instant = new Date(Date.UTC(2025, 9, 13, 8, 0, second)).toISOString();
  return { ordinal: ordinal as Ordinal, position: position(ordinal * 10), instant };
}

export function position(number: number): Position {
  return String(number) as Position;
}

export function checkpoint(ordinal: number): Checkpoint {
  return { ...logPoint(ordinal), eventId: `event-${ordinal}`, lineage: '0199aaaa' };
}

export interface Given extends Partial<Facets> {
  readonly record: number;
  readonly item?: number;
  /** Of the event that makes the version; absent: of the event itself. */
  readonly from?: number;
  readonly earliest?: string | undefined;
  /** Absent: as `earliest`. */
  readonly latest?: string | undefined;
  readonly says?: string;
  readonly roles?: readonly string[];
  /** Keys of the timelines that it is in. */
  readonly in?: readonly string[];
}

/** A version of an entry that is in the timeline of PK on 2025-09-08, if nothing else is given. */
export function version(given: Given): EntryVersion {
  const { record, item = 0, from = record, says = `entry ${record}`, roles = ['party'] } = given;
  const { type = 'MouSigned', countries = ['PK'], topics = ['rare-earths'], speechActs = [] } = given;
  const earliest = 'earliest' in given ? given.earliest : '2025-09-08';
  const latest = 'latest' in given ? given.latest : earliest;
  return {
    eventOrdinal: record as Ordinal,
    item,
    from: logPoint(from),
    earliest: earliest as Day | undefined,
    latest: latest as Day | undefined,
    facets: { type, countries, topics, speechActs, ...(given.speakers && { speakers: given.speakers }) },
    body: JSON.stringify({ says }),
    partitions: new Map((given.in ?? ['PK']).map((key) => [key, JSON.stringify({ roles })])),
  };
}

/** What the projector hands over where an entry is shown nowhere any more. */
export function vanished(given: Pick<Given, 'record' | 'item'> & { readonly from: number }): EntryVersion {
  const facets = { type: '', countries: [], topics: [], speechActs: [] };
  return { ...version(given), facets, body: '', partitions: new Map() };
}
