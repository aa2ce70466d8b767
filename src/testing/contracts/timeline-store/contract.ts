import type { InboundLink } from '../../../domain/record/record-version.ts';
import type { Day } from '../../../domain/values/edtf.ts';
import type { EventReader, Position } from '../../../event-store/event-store.ts';
import {
  type Checkpoint,
  type DateReach,
  type EntryPlace,
  type EntryVersion,
  entryNumber,
  type Facets,
  type ListItemVersion,
  type LogPoint,
  type Ordinal,
  type TimelineQuery,
  type TimelineReader,
  type TimelineSummary,
  type TimelineWriter,
  UNFILTERED,
} from '../../../projector/timeline-store.ts';
import type { TestFramework } from '../event-store/contract.ts';

/** Both halves of one open store. The suite calls `close` once. */
export interface TimelineStoreUnderTest {
  readonly writer: TimelineWriter;
  readonly reader: TimelineReader;
  close(): void;
}

/** Opens a new, empty store. The suite does not check the name of its projection. */
export type OpenTimelineStore = (
  comparePositions: EventReader['comparePositions'],
) => TimelineStoreUnderTest | Promise<TimelineStoreUnderTest>;

/** What the parts of the suite need to define their tests. */
export interface TimelineStoreContract {
  readonly expect: TestFramework['expect'];
  /** Defines a test with a new store. */
  readonly test: (name: string, body: (store: StoreFixture) => void) => void;
  /** Defines a test of a property, which tries it on as many new stores as it needs. */
  readonly property: (name: string, body: (withStore: WithStore) => Promise<void>) => void;
}

/** Opens a new store and closes it after the check. */
export type WithStore = (check: (store: StoreFixture) => void) => Promise<void>;

export function timelineStoreTests(
  openStore: OpenTimelineStore,
  framework: TestFramework,
): Pick<TimelineStoreContract, 'test' | 'property'> {
  const withStore: WithStore = async (check) => {
    const store = await openStore((a, b) => Number(a) - Number(b));
    try {
      check(new StoreFixture(store));
    } finally {
      store.close();
    }
  };
  return {
    test: (name, body) => framework.test(name, () => withStore(body)),
    property: (name, body) => framework.test(name, () => body(withStore)),
  };
}

/** A store with shorthands for writing as a projector does and for reading. */
export class StoreFixture {
  readonly writer: TimelineWriter;
  readonly reader: TimelineReader;
  /** `entryNumber` → where the present version is. */
  #places = new Map<number, EntryPlace>();

  constructor({ writer, reader }: TimelineStoreUnderTest) {
    this.writer = writer;
    this.reader = reader;
  }

  /** Commits the events after the checkpoint up to `upTo`, and the versions that they make. */
  commit(upTo: number, ...versions: readonly EntryVersion[]): void {
    this.commitListed(upTo, versions, []);
  }

  /** Does the same with what the events make of items of the list. */
  commitListed(upTo: number, versions: readonly EntryVersion[], listItems: readonly ListItemVersion[]): void {
    const last = this.writer.checkpoint()?.ordinal ?? 0;
    const logPoints = Array.from({ length: upTo - last }, (_, index) => logPoint(last + index + 1));
    const places = new Map(this.#places);
    const replacing = versions.map((version) => replacingVersion(version, places));
    const made = { versions: replacing, links: [], listItems };
    this.writer.commit({ logPoints, ...made, checkpoint: checkpoint(upTo) });
    this.writer.updateIndexes?.();
    this.#places = places;
  }

  /** Commits the next event, which makes or withdraws a link. */
  commitLink(target: string, link: InboundLink): void {
    const { ordinal } = logPoint((this.writer.checkpoint()?.ordinal ?? 0) + 1);
    const links = [{ target, link, ordinal }];
    this.writer.commit({
      logPoints: [logPoint(ordinal)],
      versions: [],
      links,
      checkpoint: checkpoint(ordinal),
    });
  }

  /** Returns the texts of the entries of a timeline, in order. */
  texts(key: string, query: Partial<TimelineQuery> = {}): readonly string[] {
    const { entries } = this.reader.page(key, { ...ALL_ENTRIES, ...query });
    return entries.map((entry) => JSON.parse(entry).text);
  }

  /** Returns the same as `texts`, but reads page after page. */
  textsInPages(key: string, query: Partial<TimelineQuery> & { readonly limit: number }): readonly string[] {
    const texts: string[] = [];
    let after: TimelineQuery['after'];
    do {
      const page = this.reader.page(key, { ...ALL_ENTRIES, ...query, ...(after && { after }) });
      texts.push(...page.entries.map((entry) => JSON.parse(entry).text));
      after = page.next;
    } while (after !== undefined);
    return texts;
  }

  index(asOf = 1_000): readonly TimelineSummary[] {
    return this.reader.index({ limit: 50, asOf: asOf as Ordinal });
  }
}

/** Says where the version is that this one replaces. The event itself makes the first one. */
function replacingVersion(version: EntryVersion, places: Map<number, EntryPlace>): EntryVersion {
  const { earliest, latest, rank, partitions } = version;
  const entry = entryNumber(version);
  const replaces = version.from.ordinal === version.eventOrdinal ? undefined : places.get(entry);
  if (partitions.size === 0) places.delete(entry);
  else places.set(entry, { earliest, latest, rank, keys: [...partitions.keys()] });
  return { ...version, replaces };
}

export const ALL_ENTRIES: TimelineQuery = {
  ...UNFILTERED,
  order: 'asc',
  limit: 200,
  asOf: 1_000 as Ordinal,
};

/** Returns the log point of an event. Its position is ten times its ordinal, because positions may have gaps. */
export function logPoint(ordinal: number, second = ordinal): LogPoint {
  const instant = new Date(Date.UTC(2025, 9, 13, 8, 0, second)).toISOString();
  return {
    ordinal: ordinal as Ordinal,
    position: position(ordinal * 10),
    instant,
    eventId: `event-${ordinal}`,
  };
}

export function position(number: number): Position {
  return String(number) as Position;
}

export function checkpoint(ordinal: number): Checkpoint {
  return { ...logPoint(ordinal), lineage: '0199aaaa' };
}

export interface VersionFields extends Partial<Facets> {
  /** Ordinal of the event that the entry shows. */
  readonly event: number;
  readonly item?: number;
  /** Ordinal of the event that makes the version. Defaults to `event`. */
  readonly from?: number;
  readonly earliest?: string | undefined;
  /** Defaults to `earliest`. */
  readonly latest?: string | undefined;
  readonly reach?: DateReach;
  /** Defaults to 0. */
  readonly rank?: number;
  readonly text?: string;
  readonly roles?: readonly string[];
  /** Keys of the timelines that show the entry. */
  readonly keys?: readonly string[];
}

/** Returns a version of an entry, by default in the timeline PK on 2025-09-08. */
export function version(fields: VersionFields): EntryVersion {
  const { event, item = 0, from = event, text = `entry ${event}`, roles = ['party'] } = fields;
  const { type = 'MouSigned', countries = ['PK'], topics = ['rare-earths'], speechActs = [] } = fields;
  const earliest = 'earliest' in fields ? fields.earliest : '2025-09-08';
  const latest = 'latest' in fields ? fields.latest : earliest;
  return {
    eventOrdinal: event as Ordinal,
    item,
    from: logPoint(from),
    earliest: earliest as Day | undefined,
    latest: latest as Day | undefined,
    reach: fields.reach,
    rank: fields.rank ?? 0,
    facets: {
      type,
      countries,
      topics,
      speechActs,
      ...(fields.speakers && { speakers: fields.speakers }),
      ...(fields.outlets && { outlets: fields.outlets }),
      ...(fields.relays && { relays: fields.relays }),
      ...(fields.institutions && { institutions: fields.institutions }),
      ...(fields.countryRoles && { countryRoles: fields.countryRoles }),
      ...(fields.words !== undefined && { words: fields.words }),
    },
    body: JSON.stringify({ text }),
    partitions: new Map((fields.keys ?? ['PK']).map((key) => [key, JSON.stringify({ roles })])),
  };
}

/** Returns the version that removes an entry from all timelines. */
export function hiddenVersion(
  fields: Pick<VersionFields, 'event' | 'item'> & { readonly from: number },
): EntryVersion {
  const facets = { type: '', countries: [], topics: [], speechActs: [] };
  return { ...version(fields), facets, body: '', partitions: new Map() };
}
