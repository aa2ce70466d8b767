import pMap from 'p-map';
import type { CsvMapping } from '../../append/csv/csv-mapping.ts';
import { DataSetEdition, type EditionSettings } from '../../append/edition.ts';
import { findMissingEvents, type MissingEvent, retractionOf } from '../../append/missing-events.ts';
import type { JsonObject } from '../../domain/values/json.ts';
import type { AppContext } from '../protocol/context.ts';
import { problemDetails } from '../protocol/problem-response.ts';
import type { Problem } from '../protocol/problems.ts';
import { type AppendContext, appendEvents, resultOf } from './append-events.ts';

/** The keys of all rows are in memory until the end of the request. */
const ROWS_MAX = 100_000;
/** Missing events that the answer lists. */
const LISTED_MAX = 50;

/** What the last line of the answer says about the events that the edition lacks. */
interface MissingReport {
  /** How many there are. */
  readonly missing: number;
  readonly missingEvents: readonly ListedEvent[];
  /** How many were retracted; absent unless the request asks for that. */
  readonly retracted?: number;
  /** Events whose retraction was refused; absent if there are none. */
  readonly notRetracted?: readonly (ListedEvent & { readonly problem: object })[];
}

type ListedEvent = Pick<MissingEvent, 'id' | 'type' | 'stream'>;

/** A later edition of a data set, in one request. */
export class EditionRequest {
  readonly #context: AppContext;
  readonly #settings: EditionSettings;
  readonly #edition: DataSetEdition;
  readonly #retractsMissing: boolean;
  #rows = 0;

  constructor(context: AppContext, { dataSet, correction }: CsvMapping, retractsMissing: boolean) {
    const today = context.clock().toISOString().slice(0, 10);
    this.#context = context;
    this.#settings = { occurred: today, ...correction, dataSet };
    this.#edition = new DataSetEdition(context.store, this.#settings);
    this.#retractsMissing = retractsMissing;
  }

  /** Appends what a row changes, as `DataSetEdition` does. */
  async append(
    row: readonly JsonObject[],
    append: Parameters<DataSetEdition['append']>[1],
  ): ReturnType<DataSetEdition['append']> {
    return this.#edition.append(row, append);
  }

  /** Counts a row. Returns the problem of one that is too many. */
  nextRow(): Problem | undefined {
    this.#rows += 1;
    if (this.#rows <= ROWS_MAX) return undefined;
    const detail =
      `An edition may have at most ${ROWS_MAX} rows in one request. ` +
      'Larger ones can be imported on the command line.';
    return { code: 'too-large', detail };
  }

  /**
   * Lists the events that the edition lacks and, if the request asks for it, retracts them. Call it after all rows.
   *
   * @param canRetract false if a row was refused, as its events might only seem to be missing
   * @throws Error if the server is at fault
   */
  async reportMissing(canRetract: boolean, made: AppendContext): Promise<MissingReport> {
    const { store, limits } = this.#context;
    const missing = await findMissingEvents(store, this.#settings.dataSet, (id) => this.#edition.has(id));
    const report = { missing: missing.length, missingEvents: missing.slice(0, LISTED_MAX).map(listed) };
    if (!this.#retractsMissing) return report;
    if (!canRetract) return { ...report, retracted: 0 };
    const retractions = await pMap(
      missing,
      async (event) => ({ event, result: await this.#retract(event, made) }),
      { concurrency: limits.linesInFlightMax },
    );
    const notRetracted = retractions.flatMap(({ event, result }) =>
      'code' in result ? [{ ...listed(event), problem: problemDetails(result, made.requestId) }] : [],
    );
    const retracted = missing.length - notRetracted.length;
    if (notRetracted.length === 0) return { ...report, retracted };
    return { ...report, retracted, notRetracted: notRetracted.slice(0, LISTED_MAX) };
  }

  async #retract(event: MissingEvent, made: AppendContext): ReturnType<typeof resultOf> {
    return resultOf(appendEvents(this.#context, retractionOf(event, this.#settings), made));
  }
}

function listed({ id, type, stream }: MissingEvent): ListedEvent {
  return { id, type, stream };
}
