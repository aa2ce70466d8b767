import type { LRUCache } from 'lru-cache';
import pMap from 'p-map';
import { type WrittenName, writtenNames, writtenOutlets } from '../../../domain/record/searchable-texts.ts';
import { mostFrequent } from '../../../domain/values/most-frequent.ts';
import { normalizeName } from '../../../domain/values/text.ts';
import { StoreUnavailableError, UnreadableEventError } from '../../../event-store/event-store.ts';
import type { EntryFilter } from '../../../projector/entry-filter.ts';
import type { MountedProjection } from '../../../projector/mounted-projection.ts';
import type { LogPoint, TimelineReader } from '../../../projector/timeline-store.ts';
import type { FacetCounts } from '../../../web/components/list-form.ts';
import { RecordsAsOf } from '../../events/records-as-of.ts';
import type { AppContext } from '../../protocol/context.ts';
import { readerOfState } from '../entry-pages.ts';

/** What is counted under a name, which the views have only in the form that `normalizeName` returns. */
export type NameFacet = 'speakers' | 'institutions' | 'relays' | 'outlets';

/** The entries whose names are counted. */
export interface NamesRead {
  readonly key: string;
  readonly projection: MountedProjection;
  readonly filter: EntryFilter;
  /** Undefined while the log is empty. */
  readonly asOf: LogPoint | undefined;
  /** Names as they are written, by `knownKey`. */
  readonly known: LRUCache<string, WrittenName>;
}

/** Names of a filter that an answer has, the most frequent ones. */
const NAMES_MAX = 20;
/** Names whose spelling is looked up, so that `NAMES_MAX` are left when those of one actor are merged. */
const LOOKED_UP_MAX = 100;
/** Records that are read from the log at the same time. */
const READS_MAX = 8;

/** Finds out how the names of counted entries are written: as in an entry that has each. */
export class FacetNames {
  readonly #read: NamesRead;
  readonly #records: RecordsAsOf | undefined;

  constructor(context: Pick<AppContext, 'store' | 'tree'>, read: NamesRead) {
    this.#read = read;
    this.#records =
      read.asOf && new RecordsAsOf(context, currentReader(read.projection, read.asOf), read.asOf);
  }

  /**
   * Returns the most frequent names with their counts. An actor is listed once, by its main name, unless more entries
   * have another of its names.
   */
  async mostFrequent(facet: NameFacet, counts: ReadonlyMap<string, number>): Promise<FacetCounts[string]> {
    const ranked = mostFrequent(counts).slice(0, LOOKED_UP_MAX);
    const merged = new Map<string, number>();
    for (let start = 0; merged.size < NAMES_MAX && start < ranked.length; start += NAMES_MAX) {
      const found = await pMap(
        ranked.slice(start, start + NAMES_MAX),
        async ([name, count]) => ({ count, ...(await this.#writtenAs(facet, name)) }),
        { concurrency: READS_MAX },
      );
      for (const { name, mainName, count } of found) {
        const ofMain = counts.get(normalizeName(mainName)) ?? 0;
        if (ofMain < count) merged.set(name, count);
        else merged.set(mainName, ofMain);
      }
    }
    return [...merged].slice(0, NAMES_MAX).map(([value, count]) => ({ value, count }));
  }

  /** Names are as in the views while the log is unavailable, or where it is damaged. */
  async #writtenAs(facet: NameFacet, name: string): Promise<WrittenName> {
    const { known } = this.#read;
    const knownKey = `${facet} ${name}`;
    try {
      const written = known.get(knownKey) ?? (await this.#readName(facet, name));
      if (written !== undefined) known.set(knownKey, written);
      return written ?? { name, mainName: name };
    } catch (error) {
      if (error instanceof StoreUnavailableError || error instanceof UnreadableEventError)
        return { name, mainName: name };
      throw error;
    }
  }

  async #readName(facet: NameFacet, name: string): Promise<WrittenName | undefined> {
    const { key, projection, filter, asOf } = this.#read;
    if (asOf === undefined || this.#records === undefined) return undefined;
    const query = { ...filter, [facet]: [name], order: 'desc', limit: 1, asOf: asOf.ordinal } as const;
    const [json] = readerOfState(projection, asOf).page(key, query).entries;
    if (json === undefined) return undefined;
    const { id, stream } = eventOf(json);
    const version = (await this.#records.record(stream)).versions.get(id);
    return version && (facet === 'outlets' ? writtenOutlets(version) : writtenNames(version)).get(name);
  }
}

interface EntryEvent {
  readonly id: string;
  readonly stream: string;
}

/** Entries of projections into states have the event as a member. */
function eventOf(json: string): EntryEvent {
  const entry = JSON.parse(json) as EntryEvent | { readonly event: EntryEvent };
  return 'event' in entry ? entry.event : entry;
}

/** The rows may be replaced between two look-ups. */
function currentReader(projection: MountedProjection, asOf: LogPoint): Pick<TimelineReader, 'linksTo'> {
  return { linksTo: (target, ordinal) => readerOfState(projection, asOf).linksTo(target, ordinal) };
}
