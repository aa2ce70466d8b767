import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts';
import { briefing, drawCountry, drawTopics, mou, type Payload, shipment, sources } from './payloads.ts';
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

/** One content event of a record that may still be corrected. */
interface Told {
  readonly id: string;
  readonly payload: Payload;
}

interface OpenRecord {
  readonly stream: string;
  readonly told: Told[];
  /** Each may be corrected again, under its own id. */
  readonly corrections: Told[];
  /** Types that may still come, in order. */
  readonly ahead: string[];
}

interface World {
  /** Part of the names of streams: histories of different seeds can be put into one log. */
  readonly seed: number;
  readonly random: Random;
  /** Records that are still talked of, at most `OPEN_RECORDS_MAX`. */
  readonly open: OpenRecord[];
  day: number;
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

/** Mostly days; now and then a month, an interval or a qualified date, as the reporting has it. */
function occurred(world: World): string {
  const day = dayText(world.day);
  const kind = world.random.fraction();
  if (kind < 0.85) return day;
  if (kind < 0.9) return day.slice(0, 7);
  if (kind < 0.95) return `${dayText(world.day - 3)}/${day}`;
  return `${day}${world.random.pick(['?', '~'])}`;
}

function event(world: World, type: string, stream: string, data: JsonObject): SentEvent {
  const { random } = world;
  const when = occurred(world);
  return {
    id: random.uuid(),
    type,
    stream,
    occurred: when,
    data,
    sources: sources(random, dayText(world.day)),
  };
}

function openRecord(world: World): SentEvent {
  const { random } = world;
  const category = random.pick(['briefing', 'briefing', 'mou', 'shipment']);
  world.records += 1;
  const stream = `${category}-${world.seed}-${world.records}`;
  const agreed = world.open.filter((record) => record.stream.startsWith('mou-')).slice(0, 1);
  const [type, payload] =
    category === 'briefing'
      ? ['BriefingHeld', briefing(random)]
      : category === 'mou'
        ? ['MouSigned', mou(random)]
        : [
            'ShipmentAnnounced',
            shipment(
              random,
              agreed.map((record) => record.stream),
            ),
          ];
  const first = event(world, type, stream, payload);
  if (world.open.length === OPEN_RECORDS_MAX) world.open.shift();
  world.open.push({
    stream,
    told: [{ id: first.id, payload }],
    corrections: [],
    ahead: [...(LIFECYCLES[category] ?? [])],
  });
  return first;
}

function followUpPayload(world: World, type: string): Payload {
  const day = dayText(world.day);
  switch (type) {
    case 'MouAmended':
      return { amendment: `The parties extend the undertaking by ${world.random.between(1, 5)} years.` };
    case 'MouEnteredIntoForce':
      return { inForceFrom: day };
    case 'MouTerminated':
      return { terminatedOn: day, reason: 'The parties have met their commitments.' };
    default:
      return {};
  }
}

function followUp(world: World, record: OpenRecord, type: string): SentEvent {
  record.ahead.shift();
  const payload = followUpPayload(world, type);
  const next = event(world, type, record.stream, payload);
  record.told.push({ id: next.id, payload });
  return next;
}

/** Half of the corrections concern the topics, a third the date, the others a country: those move the entry. */
function corrected(world: World, payload: Payload): { data: Payload; occurred?: string } {
  const kind = world.random.fraction();
  if (kind < 0.33) return { data: payload, occurred: occurred(world) };
  if (kind < 0.5 && 'host' in payload) return { data: { ...payload, host: drawCountry(world.random) } };
  return 'topics' in payload ? { data: { ...payload, topics: drawTopics(world.random) } } : { data: payload };
}

function correction(world: World, record: OpenRecord): SentEvent {
  const told = world.random.pick([...record.told, ...record.corrections]);
  const reason = 'The transcript was compared with the recording.';
  const reading = corrected(world, told.payload);
  const made = event(world, 'EventCorrected', record.stream, { corrects: told.id, ...reading, reason });
  record.corrections.push({ id: made.id, payload: reading.data });
  return made;
}

/** The record is talked of no more: what is retracted cannot be corrected. */
function retraction(world: World, record: OpenRecord): SentEvent {
  world.open.splice(world.open.indexOf(record), 1);
  const { id } = world.random.pick(record.told);
  return event(world, 'EventRetracted', record.stream, { retracts: id, reason: 'Reported in error.' });
}

function link(world: World, record: OpenRecord): SentEvent {
  const to = world.random.pick(world.open.filter((other) => other !== record)).stream;
  const relation = world.random.pick(['responds-to', 'cites', 'contradicts']);
  const basis = 'The later text names the earlier one.';
  return event(world, 'RecordLinked', record.stream, { from: record.stream, to, relation, basis });
}

function nextEvent(world: World): SentEvent {
  const { random, open } = world;
  const kind = random.fraction();
  if (open.length < 8 || kind >= 0.36) return openRecord(world);
  const record = random.pick(open);
  if (kind < 0.08) return correction(world, record);
  if (kind < 0.09) return retraction(world, record);
  if (kind < 0.11) return link(world, record);
  const [type] = record.ahead;
  return type === undefined ? openRecord(world) : followUp(world, record, type);
}

/**
 * A history of briefings, MoUs and shipments with their follow-ups, about 8% corrections, some retractions and links;
 * about 1.2 KB of JSON an event. The same for the same seed, and each event valid after those before it.
 */
export function* generateEvents(count: number, seed = 1): Generator<SentEvent> {
  const world: World = { seed, random: seededRandom(seed), open: [], day: 0, records: 0 };
  for (let made = 0; made < count; made += 1) {
    if (made % EVENTS_PER_DAY === 0) world.day += 1;
    yield nextEvent(world);
  }
}
