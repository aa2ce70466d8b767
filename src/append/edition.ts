import { type DomainEvent, decodeEvent } from '../domain/events/event.ts';
import { type ParsedEvent, parseEvent } from '../domain/events/parse.ts';
import { upcast } from '../domain/events/upcasting.ts';
import type { FieldError } from '../domain/fields/field-error.ts';
import type { Source } from '../domain/fields/source.ts';
import { evolveRecord } from '../domain/record/record.ts';
import { emptyRecord, type RecordVersion } from '../domain/record/record-version.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../domain/values/json.ts';
import type { EventReader } from '../event-store/event-store.ts';
import { uuidV5 } from './ids.ts';
import type { PreviewedEvent, PreviewOutcome, RecordOutcome, RecordWarning } from './outcome.ts';
import { readRecordEvents } from './read-record.ts';

/** What a later edition of a data set says about the corrections that it makes. */
export interface EditionSettings {
  /** The `correlationId` of the events of the data set, and of its corrections. */
  readonly dataSet: string;
  readonly reason?: string | undefined;
  readonly kind?: string | undefined;
  /** The date of the corrections, EDTF. */
  readonly occurred: string;
}

type Comparison =
  /** The log has what the row says. */
  | { readonly outcome: 'unchanged' }
  | {
      readonly outcome: 'changed';
      /** What is to be appended: events that are new, and corrections of others. */
      readonly input: readonly JsonObject[];
      /** False if no event of the row is in the log. */
      readonly isCorrection: boolean;
      /** Finds the place in the row for an error or a warning of the input. */
      readonly inRow: <At extends { readonly pointer?: string }>(at: At) => At;
    }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldError[] };

/** Something of the row was in the log and has changed, which was recorded, or is accepted by a dry run. */
export interface CorrectedRow {
  readonly outcome: 'corrected';
  readonly events: readonly PreviewedEvent[];
  readonly warnings: readonly RecordWarning[];
}

/** An event to append, and the event of the row that it comes from. */
interface Change {
  readonly event: JsonObject;
  readonly index: number;
  readonly isCorrection: boolean;
}

/** What the data set last said about one of its events. Corrections by others since then are kept. */
interface LastWord {
  readonly occurred: string;
  readonly data: JsonValue;
  readonly sources: readonly Source[];
  /** Number of corrections by the data set so far. */
  readonly corrections: number;
  /** True if a former edition retracted the event, as it was missing there. */
  readonly isRetracted: boolean;
}

interface KnownEvent extends LastWord {
  /** How the event reads after all corrections, those of others included. */
  readonly current: RecordVersion;
}

/** Compares the rows of a later edition of a data set with what its former editions recorded. */
export class DataSetEdition {
  readonly #log: Pick<EventReader, 'readStream'>;
  readonly #settings: EditionSettings;
  readonly #seen = new Set<string>();

  constructor(log: Pick<EventReader, 'readStream'>, settings: EditionSettings) {
    this.#log = log;
    this.#settings = settings;
  }

  /** Whether an event was in the rows so far. */
  has(id: string): boolean {
    return this.#seen.has(id);
  }

  /**
   * Appends what a row changes. A row that changes nothing is a repeat.
   *
   * @param row events of one record, with ids that are the same in every edition
   * @param append records events, or dry-runs that. Pointers of the outcome are into the row
   */
  async append(
    row: readonly JsonObject[],
    append: (input: readonly JsonObject[]) => Promise<RecordOutcome | PreviewOutcome>,
  ): Promise<RecordOutcome | PreviewOutcome | CorrectedRow> {
    const compared = await this.#compare(row);
    if (compared.outcome === 'unchanged') return { outcome: 'repeated', events: [], warnings: [] };
    if (compared.outcome === 'invalid') return compared;
    const outcome = await append(compared.input);
    if ('errors' in outcome) return { ...outcome, errors: outcome.errors.map(compared.inRow) };
    if (outcome.outcome !== 'recorded' && outcome.outcome !== 'accepted') return outcome;
    const { events, warnings } = { ...outcome, warnings: outcome.warnings.map(compared.inRow) };
    return compared.isCorrection ? { outcome: 'corrected', events, warnings } : { ...outcome, warnings };
  }

  async #compare(row: readonly JsonObject[]): Promise<Comparison> {
    const repeated = row.findIndex(({ id }) => this.#seen.has(String(id)));
    if (repeated >= 0)
      return refused(repeated, '/id', 'invalid-id', 'An earlier row of the file has this key.');
    for (const { id } of row) this.#seen.add(String(id));
    const stream = String(row[0]?.['stream']);
    const record = (await readRecordEvents(this.#log, stream)).map(decodeEvent);
    const { versions } = record.reduce(evolveRecord, emptyRecord(stream));
    const changes: Change[] = [];
    for (const [index, sent] of row.entries()) {
      const id = String(sent['id']);
      const [lastWord, current] = [this.#lastWordOn(id, record), versions.get(id)];
      if (lastWord === undefined || current === undefined) {
        changes.push({ event: sent, index, isCorrection: false });
        continue;
      }
      const compared = this.#changesOf(sent, index, { ...lastWord, current });
      if ('errors' in compared) return { outcome: 'invalid', errors: compared.errors };
      changes.push(...compared.changes);
    }
    if (changes.length === 0) return { outcome: 'unchanged' };
    const isNew = changes.filter(({ isCorrection }) => !isCorrection).length === row.length;
    return {
      outcome: 'changed',
      input: changes.map(({ event }) => event),
      isCorrection: !isNew,
      inRow: (at) => (at.pointer === undefined ? at : { ...at, pointer: pointerInRow(at.pointer, changes) }),
    };
  }

  #lastWordOn(id: string, record: readonly DomainEvent[]): LastWord | undefined {
    const original = record.find((event) => event.id === id);
    if (original === undefined) return undefined;
    let { occurred, data } = original as { occurred: string; data: JsonValue };
    const sources = [...original.sources];
    let [corrections, isRetracted] = [0, false];
    for (const event of record) {
      if (event.correlationId !== this.#settings.dataSet) continue;
      if (event.type === 'EventCorrected' && event.data.corrects === id) {
        corrections += 1;
        occurred = event.data.occurred ?? occurred;
        const schemaVersion = event.correctedSchemaVersion ?? 1;
        ({ data } = upcast({ id, type: original.type, schemaVersion, data: event.data.data }));
      } else if (event.type === 'SourceAdded' && event.data.to === id) {
        corrections += 1;
        sources[event.data.source ?? sources.length] = event.sources[0] as Source;
      } else if (event.type === 'EventRetracted' && event.data.retracts === id) isRetracted = true;
    }
    return { occurred, data, sources, corrections, isRetracted };
  }

  #changesOf(
    sent: JsonObject,
    index: number,
    lastWord: KnownEvent,
  ): { readonly changes: readonly Change[] } | { readonly errors: readonly FieldError[] } {
    const parsed = parseEvent(sent);
    if (parsed.outcome === 'refused') return { errors: atIndex(parsed.errors, index) };
    const { event } = parsed;
    if (lastWord.isRetracted) {
      const detail = 'A former edition lacked this event, and it was retracted. Give the row another key.';
      return { errors: atIndex([{ pointer: '/id', code: 'already-retracted', detail }], index) };
    }
    if (event.sources.length < lastWord.sources.length) {
      const detail = `The log has ${lastWord.sources.length} sources of this event. An update cannot remove a source.`;
      return { errors: atIndex([{ pointer: '/sources', code: 'too-few', detail }], index) };
    }
    const changes = [
      ...this.#correction(sent, event, lastWord),
      ...this.#sourceChanges(sent, event, lastWord),
    ];
    return { changes: changes.map((change) => ({ event: change, index, isCorrection: true })) };
  }

  #correction(sent: JsonObject, event: ParsedEvent, lastWord: KnownEvent): readonly JsonObject[] {
    if (isSamePayload(event, lastWord) || isSamePayload(event, lastWord.current)) return [];
    const { dataSet, reason = `The data set ${dataSet} was changed.`, kind } = this.#settings;
    const data = {
      corrects: String(sent['id']),
      data: sent['data'] ?? {},
      reason,
      ...(kind !== undefined && { kind }),
      ...(event.occurred !== lastWord.current.occurred && { occurred: event.occurred }),
    };
    return [
      this.#curation(
        sent,
        lastWord,
        { type: 'EventCorrected', data, sources: sent['sources'] ?? [] },
        'event',
      ),
    ];
  }

  #sourceChanges(
    sent: JsonObject,
    event: ParsedEvent,
    { sources, ...lastWord }: LastWord,
  ): readonly JsonObject[] {
    return event.sources.flatMap((source, index) => {
      const former = sources[index];
      if (former !== undefined && isEqual(source, former)) return [];
      const act = former === undefined ? { act: 'corroborates' } : { act: 'corrects-source', source: index };
      const data = { to: String(sent['id']), ...act };
      const own = [(sent['sources'] as readonly JsonValue[])[index] ?? null];
      return [this.#curation(sent, lastWord, { type: 'SourceAdded', data, sources: own }, `source ${index}`)];
    });
  }

  /** The id is the same if an interrupted import is run again. */
  #curation(
    { id, stream }: JsonObject,
    { corrections }: Pick<LastWord, 'corrections'>,
    event: { readonly type: string; readonly data: JsonValue; readonly sources: JsonValue },
    what: string,
  ): JsonObject {
    const { dataSet, occurred } = this.#settings;
    const own = uuidV5(String(id), `${corrections + 1} ${what} ${canonicalJson(event.data)}`);
    return { id: own, stream: stream ?? '', occurred, correlationId: dataSet, ...event };
  }
}

type Payload = { readonly occurred: string; readonly data: unknown };

function isSamePayload(a: Payload, b: Payload): boolean {
  return a.occurred === b.occurred && isEqual(a.data, b.data);
}

function isEqual(a: unknown, b: unknown): boolean {
  return canonicalJson(a as JsonValue) === canonicalJson(b as JsonValue);
}

function refused(index: number, pointer: string, code: FieldError['code'], detail: string): Comparison {
  return { outcome: 'invalid', errors: atIndex([{ pointer, code, detail }], index) };
}

function atIndex(errors: readonly FieldError[], index: number): readonly FieldError[] {
  return errors.map((error) => ({ ...error, pointer: `/${index}${error.pointer}` }));
}

/** The payload of a correction is at `/data/data`, and that of the event at `/data`. */
function pointerInRow(pointer: string, changes: readonly Change[]): string {
  const [, place = '0', inEvent = ''] = /^\/(\d+)(.*)$/s.exec(pointer) ?? [];
  const { index, isCorrection } = changes[Number(place)] ?? { index: 0, isCorrection: false };
  const own = isCorrection ? inEvent.replace(/^\/data(?=\/(data|occurred)(\/|$))/, '') : inEvent;
  return `/${index}${own}`;
}
