import type { Database } from '../driver.ts';
import { BodyEncoder } from './content-bodies.ts';
import { ContentTable } from './content-table.ts';
import { FacetTable } from './facet-table.ts';
import { FieldsTable } from './fields-table.ts';
import { FilterIndex, type FilterIndexSizes } from './filter-index.ts';
import { LinkWriter } from './link-table.ts';
import { LogPointWriter } from './log-points.ts';
import { TextIndex } from './text-index.ts';
import { TimelineIds } from './timeline-table.ts';

/** The name and the version of a projection. */
export interface ProjectionVersion {
  readonly name: string;
  readonly version: number;
  /** Present if its entries are records that readers fold. */
  readonly fold?: unknown;
}

/** The indexes are updated after this many pages even if few rows wait, because merges only go on during updates. */
const PAGES_PER_UPDATE = 16;

/** The tables of a view file that all of its projections write. */
export class SharedTables {
  readonly logPoints: LogPointWriter;
  readonly links: LinkWriter;
  readonly fields: FieldsTable;
  readonly contents: ContentTable;
  readonly timelineIds: TimelineIds;
  readonly filterIndex: FilterIndex;
  readonly textIndex: TextIndex;
  /** Whether the file has readers after every transaction. */
  readonly isLive: boolean;
  readonly #facets: FacetTable;
  /**
   * Whether rows are added to the indexes in the transaction that writes them: in a file that is being built, as it is
   * one transaction; and after an update has failed, so that the next page is refused if that lasts.
   */
  updatesWithRows: boolean;
  /** Pages since the last update of the indexes. */
  #pages = 0;

  /** @param projections those of the file */
  constructor(
    db: Database,
    projections: readonly ProjectionVersion[],
    sizes: FilterIndexSizes,
    isLive: boolean,
  ) {
    this.textIndex = new TextIndex(db, sizes, isLive);
    this.isLive = isLive;
    this.updatesWithRows = !isLive;
    this.logPoints = new LogPointWriter(db);
    this.links = new LinkWriter(db);
    this.fields = new FieldsTable(db);
    this.timelineIds = new TimelineIds(db);
    this.#facets = new FacetTable(db);
    this.filterIndex = new FilterIndex(db, sizes, isLive, this.#facets);
    const areFolded = projections.every(({ fold }) => fold !== undefined);
    const bodies = areFolded ? new BodyEncoder(db) : undefined;
    this.contents = new ContentTable(db, this.#facets, bodies, projections.length > 1);
  }

  /** Counts a page, and returns whether it is time to update the indexes. */
  areIndexesDue(): boolean {
    this.#pages += 1;
    return this.#pages >= PAGES_PER_UPDATE || this.filterIndex.isDue() || this.textIndex.isDue();
  }

  /** Call it at the start of a transaction that adds rows or updates the indexes. */
  beginIndexes(): void {
    this.filterIndex.begin();
    this.textIndex.begin();
  }

  /** Adds waiting rows to the indexes. Call it in a transaction, when the checkpoints are written. */
  updateIndexes(): void {
    this.beginIndexes();
    this.filterIndex.flush();
    this.textIndex.flush();
    this.#pages = 0;
  }

  /** Discards the state in memory after a transaction was rolled back. Reads nothing, which might fail, too. */
  reset(): void {
    const { logPoints, links, fields, contents, filterIndex, textIndex } = this;
    for (const table of [logPoints, links, fields, this.#facets, contents, filterIndex, textIndex])
      table.reset();
  }
}
