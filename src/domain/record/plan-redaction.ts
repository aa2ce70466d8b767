import { contentRedacted } from '../event-types/redaction.ts';
import { findCurationType } from '../event-types/registry.ts';
import { decodeEvent, type EventContent, type StoredEvent } from '../events/event.ts';
import type { Verbatim } from '../events/normalise.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../values/json.ts';
import { historyOf } from './history.ts';
import type { RecordVersion } from './record-version.ts';
import { countryRolesOf, statementsIn, statementsLeft } from './redacted-version.ts';

/*
 * Removal of content by law. The envelope of an event stays, and of its content the date, and the countries with their
 * roles, so that timelines can show at its place that something was removed.
 */

/** What to remove from a record. */
export interface Redaction {
  /** Id of the `EventRedacted` event. */
  readonly id: string;
  /** Id of the event. */
  readonly redacts: string;
  /** Key of the only statement to remove. Absent: all content. */
  readonly statement?: string | undefined;
}

export type RedactionPlan =
  | {
      readonly outcome: 'planned';
      /** Id of the event → canonical JSON of the content that is left, in the order of the record. */
      readonly left: ReadonlyMap<string, string>;
    }
  /** `already-redacted`: nothing is left to remove. `wrong-target`: a removal cannot be removed. */
  | {
      readonly outcome: 'unknown-event' | 'unknown-statement' | 'already-redacted' | 'wrong-target';
    };

type Content = EventContent<JsonObject>;

/**
 * Finds what to remove from a record, and what is left of it. With all content of an event, that of its corrections,
 * its retraction and its added sources is removed as well, as they repeat or discuss it. A statement is removed from
 * the event and from each correction that repeats it.
 *
 * @param record all events of the record
 */
export function planRedaction(record: readonly StoredEvent[], redaction: Redaction): RedactionPlan {
  const target = record.find(({ id }) => id === redaction.redacts);
  if (target === undefined) return { outcome: 'unknown-event' };
  const events = record.map(decodeEvent);
  const decoded = events[record.indexOf(target)];
  if (decoded === undefined || isOfType(decoded, contentRedacted.name))
    return { outcome: 'already-redacted' };
  if (decoded.type === 'EventRedacted') return { outcome: 'wrong-target' };
  const { state, concerning } = historyOf(target.id, target.stream, events);
  const version = state.versions.get(target.id);
  const covered = record.filter((stored, index) => {
    if (stored.id === target.id) return true;
    return concerning.has(stored.id) && events[index]?.type !== 'EventRedacted';
  });
  const left = new Map<string, string>();
  for (const stored of covered) {
    const content = JSON.parse(stored.content) as Content;
    const rest =
      redaction.statement === undefined
        ? withoutContent(content, redaction.id, stored.id === target.id ? version : undefined)
        : withoutStatement(stored, content, redaction.id, redaction.statement);
    if (rest !== undefined) left.set(stored.id, canonicalJson(rest as unknown as JsonValue));
  }
  return left.size === 0 ? { outcome: 'unknown-statement' } : { outcome: 'planned', left };
}

function isOfType({ type }: { readonly type: string }, name: string): boolean {
  return type === name;
}

/** @param version how the event reads after its corrections; undefined for curation events */
function withoutContent(
  { occurred, redacted = [] }: Content,
  by: string,
  version: RecordVersion | undefined,
): Content {
  const data: JsonObject = version === undefined ? {} : { countries: countryRolesOf(version) };
  return { data, occurred, redacted: [...redacted, { by }], sources: [] };
}

/** Returns undefined if the content does not have the statement. */
function withoutStatement(
  stored: StoredEvent,
  content: Content,
  by: string,
  key: string,
): Content | undefined {
  const carriesPayload = findCurationType(stored.type)?.carriesPayload === true;
  const payload = carriesPayload ? content.data['data'] : content.data;
  const at = carriesPayload ? '/data/data/statements/' : '/data/statements/';
  const index = indexOfStatement(payload, key);
  if (index < 0 || payload === undefined || !isObject(payload)) return undefined;
  const rest = statementsLeft(payload, key);
  const { verbatim, redacted = [], ...kept } = content;
  const moved = verbatim && withoutItem(verbatim, at, index);
  return {
    ...kept,
    data: carriesPayload ? { ...content.data, data: rest } : rest,
    redacted: [...redacted, { by, statement: key }],
    ...(moved !== undefined && Object.keys(moved).length > 0 && { verbatim: moved }),
  };
}

function indexOfStatement(payload: JsonValue | undefined, key: string): number {
  return statementsIn(payload).findIndex((statement) => isObject(statement) && statement['key'] === key);
}

/** Removes the texts of an item, and moves those of the items after it. */
function withoutItem(verbatim: Verbatim, at: string, index: number): Verbatim {
  const texts = Object.entries(verbatim).flatMap(([pointer, text]) => {
    if (!pointer.startsWith(at)) return [[pointer, text] as const];
    const [item = '', ...path] = pointer.slice(at.length).split('/');
    if (Number(item) === index) return [];
    const place = Number(item) > index ? Number(item) - 1 : item;
    return [[`${at}${[place, ...path].join('/')}`, text] as const];
  });
  return Object.fromEntries(texts);
}
