import type { LRUCache } from 'lru-cache';
import { writtenNames } from '../../../domain/record/searchable-texts.ts';
import { StoreUnavailableError, UnreadableEventError } from '../../../event-store/event-store.ts';
import type { EntryFilter } from '../../../projector/entry-filter.ts';
import type { LogPoint, TimelineReader } from '../../../projector/timeline-store.ts';
import type { FacetCounts } from '../../../web/components/list-form.ts';
import { RecordsAsOf } from '../../events/records-as-of.ts';
import type { AppContext } from '../../protocol/context.ts';

/** What is counted under a name, which the views have only in the form that `normalizeName` returns. */
export type NameFacet = 'speakers' | 'institutions' | 'relays' | 'outlets';

/** The entries whose names are counted. */
export interface NamesRead {
  readonly key: string;
  readonly reader: TimelineReader;
  readonly filter: EntryFilter;
  /** Undefined while the log is empty. */
  readonly asOf: LogPoint | undefined;
  /** Names as they are written, by `normalizeName`. */
  readonly known: LRUCache<string, string>;
}

/** Finds out how the names of counted entries are written: as in an entry that has each. */
export class FacetNames {
  readonly #read: NamesRead;
  readonly #records: RecordsAsOf | undefined;

  constructor(context: Pick<AppContext, 'store' | 'tree'>, read: NamesRead) {
    this.#read = read;
    this.#records = read.asOf && new RecordsAsOf(context, read.reader, read.asOf);
  }

  async written(
    facet: NameFacet,
    counts: readonly (readonly [name: string, count: number])[],
  ): Promise<FacetCounts[string]> {
    const written: { value: string; count: number }[] = [];
    for (const [name, count] of counts) written.push({ value: await this.#writtenAs(facet, name), count });
    return written;
  }

  /** Names are as in the views while the log is unavailable, or where it is damaged. */
  async #writtenAs(facet: NameFacet, name: string): Promise<string> {
    const { known } = this.#read;
    try {
      const written = known.get(name) ?? (await this.#readName(facet, name));
      if (written !== undefined) known.set(name, written);
      return written ?? name;
    } catch (error) {
      if (error instanceof StoreUnavailableError || error instanceof UnreadableEventError) return name;
      throw error;
    }
  }

  async #readName(facet: NameFacet, name: string): Promise<string | undefined> {
    const { key, reader, filter, asOf } = this.#read;
    if (asOf === undefined || this.#records === undefined) return undefined;
    const query = { ...filter, [facet]: [name], order: 'desc', limit: 1, asOf: asOf.ordinal } as const;
    const [json] = reader.page(key, query).entries;
    if (json === undefined) return undefined;
    const { id, stream } = JSON.parse(json) as { readonly id: string; readonly stream: string };
    const version = (await this.#records.record(stream)).versions.get(id);
    return version && writtenNames(version).get(name);
  }
}
