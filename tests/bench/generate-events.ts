import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts';
import {
  briefing,
  drawCountry,
  drawTopics,
  mou,
  type Payload,
  shipment,
  smallShipment,
  sources,
  treaty,
} from './payloads.ts';
import { type Random, seededRandom } from './random.ts';

/** An event as a client sends it. */
export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly occurred: string;
  readonly data: JsonObject;
  readonly sources: readonly JsonValue[];
}

/** An event that may still be corrected. */
interface CorrectableEvent {
  readonly id: string;
  readonly payload: Payload;
}

/** A record that may still get events. */
interface OpenRecord {
  readonly stream: string;
  readonly contentEvents: CorrectableEvent[];
  /** Corrections can be corrected again, by their own ids. */
  readonly corrections: CorrectableEvent[];
  /** Types of the events to come, in order. */
  readonly nextTypes: string[];
}

interface GeneratorState {
  /** Part of the stream names, so histories of different seeds fit into one log. */
  readonly seed: number;
  readonly random: Random;
  /** At most `OPEN_RECORDS_MAX` records. */
  readonly open: OpenRecord[];
  /** Days since the first day. */
  day: number;
  /** Number of records so far. */
  records: number;
}

const OPEN_RECORDS_MAX = 512;
const FIRST_DAY_MS = Date.UTC(2009, 0, 1);
const DAY_MS = 86_400_000;
const EVENTS_PER_DAY = 20;

const LIFECYCLES: Readonly<Record<string, readonly string[]>> = {
  briefing: [],
  mou: ['MouAmended', 'MouEnteredIntoForce', 'MouTerminated'],
  shipment: ['ShipmentDispatched', 'ShipmentArrived'],
};

function dayText(day: number): string {
  return new Date(FIRST_DAY_MS + day * DAY_MS).toISOString().slice(0, 10);
}

/** Returns an EDTF date: usually a day, sometimes a month, an interval, or an uncertain or approximate day. */
function occurred(state: GeneratorState): string {
  const day = dayText(state.day);
  const kind = state.random.fraction();
  if (kind < 0.85) return day;
  if (kind < 0.9) return day.slice(0, 7);
  if (kind < 0.95) return `${dayText(state.day - 3)}/${day}`;
  return `${day}${state.random.pick(['?', '~'])}`;
}

function event(state: GeneratorState, type: string, stream: string, data: JsonObject): SentEvent {
  const { random } = state;
  const when = occurred(state);
  return {
    id: random.uuid(),
    type,
    stream,
    occurred: when,
    data,
    sources: sources(random, dayText(state.day)),
  };
}

function openRecord(state: GeneratorState): SentEvent {
  const { random } = state;
  const category = random.pick(['briefing', 'briefing', 'mou', 'shipment']);
  state.records += 1;
  const stream = `${category}-${state.seed}-${state.records}`;
  const [type, payload] = opening(state, category);
  const first = event(state, type, stream, payload);
  if (state.open.length === OPEN_RECORDS_MAX) state.open.shift();
  state.open.push({
    stream,
    contentEvents: [{ id: first.id, payload }],
    corrections: [],
    nextTypes: [...(LIFECYCLES[category] ?? [])],
  });
  return first;
}

function opening({ random, open }: GeneratorState, category: string): [type: string, payload: Payload] {
  if (category === 'briefing') return ['BriefingHeld', briefing(random)];
  if (category === 'mou') return ['MouSigned', mou(random)];
  const agreement = open.find((record) => record.stream.startsWith('mou-'));
  return ['ShipmentAnnounced', shipment(random, agreement === undefined ? [] : [agreement.stream])];
}

function followUpPayload(state: GeneratorState, type: string): Payload {
  const day = dayText(state.day);
  switch (type) {
    case 'MouAmended':
      return { amendment: `The parties extend the undertaking by ${state.random.between(1, 5)} years.` };
    case 'MouEnteredIntoForce':
      return { inForceFrom: day };
    case 'MouTerminated':
      return { terminatedOn: day, reason: 'The parties have met their commitments.' };
    default:
      return {};
  }
}

function followUp(state: GeneratorState, record: OpenRecord, type: string): SentEvent {
  record.nextTypes.shift();
  const payload = followUpPayload(state, type);
  const next = event(state, type, record.stream, payload);
  record.contentEvents.push({ id: next.id, payload });
  return next;
}

/**
 * Changes the date in a third of the corrections, and the topics or the host country in the others. The wording of the
 * date always changes, as a correction that happened to change nothing would be refused.
 */
function corrected(state: GeneratorState, original: Payload): { data: Payload; occurred?: string } {
  const kind = state.random.fraction();
  const payload = { ...original, dateVerbatim: `in week ${state.random.between(1, 1_000_000_000)}` };
  if (kind < 0.33) return { data: payload, occurred: occurred(state) };
  if (kind < 0.5 && 'hosts' in payload) return { data: { ...payload, hosts: [drawCountry(state.random)] } };
  return 'topics' in payload ? { data: { ...payload, topics: drawTopics(state.random) } } : { data: payload };
}

function correction(state: GeneratorState, record: OpenRecord): SentEvent {
  const original = state.random.pick([...record.contentEvents, ...record.corrections]);
  const reason = 'The transcript was compared with the recording.';
  const change = corrected(state, original.payload);
  const data = { corrects: original.id, ...change, reason };
  const correcting = event(state, 'EventCorrected', record.stream, data);
  record.corrections.push({ id: correcting.id, payload: change.data });
  return correcting;
}

/** Closes the record, because a retracted event cannot be corrected. */
function retraction(state: GeneratorState, record: OpenRecord): SentEvent {
  state.open.splice(state.open.indexOf(record), 1);
  const { id } = state.random.pick(record.contentEvents);
  return event(state, 'EventRetracted', record.stream, { retracts: id, reason: 'Reported in error.' });
}

function link(state: GeneratorState, record: OpenRecord): SentEvent {
  const to = state.random.pick(state.open.filter((other) => other !== record)).stream;
  const relation = state.random.pick(['responds-to', 'cites', 'contradicts']);
  const basis = 'The later text names the earlier one.';
  return event(state, 'RecordLinked', record.stream, { from: record.stream, to, relation, basis });
}

function nextEvent(state: GeneratorState): SentEvent {
  const { random, open } = state;
  const kind = random.fraction();
  if (open.length < 8 || kind >= 0.36) return openRecord(state);
  const record = random.pick(open);
  if (kind < 0.08) return correction(state, record);
  if (kind < 0.09) return retraction(state, record);
  if (kind < 0.11) return link(state, record);
  const [type] = record.nextTypes;
  return type === undefined ? openRecord(state) : followUp(state, record, type);
}

/**
 * Generates a history of briefings, agreements and shipments with their follow-ups: about 8% corrections, some
 * retractions and links, about 1.2 KB of JSON per event. Each event is valid after those before it. The same seed gives
 * the same events.
 */
export function* generateEvents(count: number, seed = 1): Generator<SentEvent> {
  const state: GeneratorState = { seed, random: seededRandom(seed), open: [], day: 0, records: 0 };
  for (let index = 0; index < count; index += 1) {
    if (index % EVENTS_PER_DAY === 0) state.day += 1;
    yield nextEvent(state);
  }
}

/** Returns the next items of a generator that has no end. */
export function take<Item>(items: Generator<Item, unknown>, count: number): Item[] {
  return Array.from({ length: count }, () => items.next().value as Item);
}

const OPENING_TYPES = new Set(['BriefingHeld', 'MouSigned', 'ShipmentAnnounced']);

/** Generates events without end that each open a record, so they can be appended concurrently and in any order. */
export function* generateOpeningEvents(seed: number): Generator<SentEvent> {
  for (const event of generateEvents(Number.POSITIVE_INFINITY, seed)) {
    if (OPENING_TYPES.has(event.type)) yield event;
  }
}

const SMALL_SOURCES = [{ outlet: 'Dawn' }];

/** Generates agreements of so many parties, without end. */
export function generateTreaties(parties: number, seed: number): Generator<SentEvent> {
  return generateAlike(seed, 'MouSigned', `mou-treaty-${seed}`, (random) => treaty(random, parties));
}

/** Generates announcements of shipments of which little is known, without end. */
export function generateSmallShipments(seed: number): Generator<SentEvent> {
  return generateAlike(seed, 'ShipmentAnnounced', `shipment-small-${seed}`, smallShipment);
}

/** Generates events of one type that each open a record. */
function* generateAlike(
  seed: number,
  type: string,
  streams: string,
  payload: (random: Random) => Payload,
): Generator<SentEvent> {
  const random = seededRandom(seed);
  for (let number = 1; ; number += 1) {
    const occurred = dayText(Math.floor(number / EVENTS_PER_DAY));
    const stream = `${streams}-${number}`;
    yield { id: random.uuid(), type, stream, occurred, data: payload(random), sources: SMALL_SOURCES };
  }
}
