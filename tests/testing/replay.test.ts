import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { agreements } from '../../projections/agreements.ts';
import { countryTimeline } from '../../projections/country.ts';
import { statements } from '../../projections/statements.ts';
import { createRecorder } from '../../src/append/recorder.ts';
import { envelopeJson } from '../../src/domain/events/event.ts';
import { defineTimeline } from '../../src/index.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import {
  briefingHeld,
  eventCorrected,
  eventRetracted,
  mouAmended,
  mouSigned,
  parseHistory,
  RefusedEventError,
  type Replay,
  type ReplayOptions,
  replay,
  shipmentDispatched,
} from '../../src/testing/index.ts';
import { olderLines } from '../append/older-history.ts';
import { generateEvents } from '../bench/generate-events.ts';

const open: Replay<never>[] = [];

/** Returns a replay that is closed after the test. */
function openReplay(options: ReplayOptions<typeof countryTimeline> = {}) {
  const history = replay({ ...options, projections: options.projections ?? [countryTimeline] });
  open.push(history as Replay<never>);
  return history;
}

afterEach(async () => {
  for (const history of open.splice(0)) await history.close();
});

/** Records events, and returns them as an export writes them. */
async function exported(events: Iterable<object>): Promise<readonly object[]> {
  const store = new InMemoryEventStore(() => new Date('2025-12-24T00:00:00Z'));
  const recorder = createRecorder(store);
  for (const event of events) {
    const { outcome } = await recorder.record(event, { actor: 'desk' });
    expect(outcome).toBe('recorded');
  }
  const log = await store.readAll({ direction: 'forwards', maxCount: 100_000 });
  return parseHistory(log.map(envelopeJson).join('\n'));
}

const mou = mouSigned({ stream: 'mou-ussm-fwo-2025' });
const amendment = mouAmended({ stream: mou.stream });
const denial = {
  key: 'denial',
  speaker: { name: 'Lin Jian', kind: 'person' as const, country: 'CN' },
  speechAct: 'deny' as const,
  text: [{ language: 'en', value: 'The reports are not true.' }],
  quoted: 'paraphrase' as const,
};
const FIELDS =
  'from, to, certain, types, roles, countries, topics, speechActs, speakers, outlets, relays, institutions, ' +
  'countryRoles, text, order, limit';

describe.each(['memory', 'sqlite'] as const)('A replay in %s', (store) => {
  test('returns the entries of a timeline and the index of timelines', async () => {
    const history = await openReplay({ store }).given([mou, briefingHeld()]);
    expect(await history.timeline('country', 'PK')).toMatchObject([
      { id: mou.id, type: 'MouSigned', roles: ['party'], position: '1', status: 'current' },
    ]);
    expect(await history.timeline('country', 'FR')).toEqual([]);
    expect(await history.index('country')).toEqual([
      { key: 'CN', entries: 1, earliest: '2025-10-13', latest: '2025-10-13' },
      { key: 'PK', entries: 1, earliest: '2025-09-08', latest: '2025-09-08' },
      { key: 'US', entries: 1, earliest: '2025-09-08', latest: '2025-09-08' },
    ]);
  });

  test('filters and sorts a timeline like the HTTP API', async () => {
    const history = await openReplay({ store }).given([mou, amendment]);
    const types = async (query: Parameters<typeof history.timeline>[2]) =>
      (await history.timeline('country', 'PK', query)).map(({ type }) => type);
    expect(await types({ types: ['MouAmended'] })).toEqual(['MouAmended']);
    expect(await types({ order: 'desc', limit: 1 })).toEqual(['MouAmended']);
    expect(await types({ from: '2025-09-08', to: '2025-10-31' })).toEqual(['MouSigned']);
    expect(await types({ from: '2025-11', to: '2025-11' })).toEqual(['MouAmended']);
    expect(await types({ from: '2025', to: '2025' })).toEqual(['MouSigned', 'MouAmended']);
    expect(await types({ to: '2024' })).toEqual([]);
    expect(await types({ countries: ['Pakistan'] })).toEqual(['MouSigned', 'MouAmended']);
    expect(await types({ countries: ['France'] })).toEqual([]);
    expect(await types({ topics: ['critical-minerals'] })).toEqual(['MouSigned', 'MouAmended']);
  });

  test('ignores case and spaces in the names of speakers', async () => {
    const history = replay({ store, projections: [statements] });
    open.push(history as Replay<never>);
    await history.given(briefingHeld({ statements: [denial] }));
    const by = (speaker: string) => history.timeline('statements', '*', { speakers: [speaker] });
    expect(await by('Lin Jian')).toMatchObject([{ text: denial.text }]);
    expect(await by('LIN  JIAN')).toHaveLength(1);
    expect(await by('Mao Ning')).toEqual([]);
  });

  test.each<[query: object, message: string]>([
    [{ speaker: 'Lin Jian' }, `A timeline query has no field speaker. Its fields are ${FIELDS}.`],
    [{ speechAct: 'deny' }, `A timeline query has no field speechAct. Its fields are ${FIELDS}.`],
    [{ form: '2025' }, `A timeline query has no field form. Its fields are ${FIELDS}.`],
    [{ from: 'September' }, 'from: Expected a day, a month or a year such as 2025-09-08, 2025-09 or 2025'],
    [{ to: '2025-09~' }, 'to: Expected a day, a month or a year'],
    [{ from: '2025-10', to: '2025-09' }, 'to: 2025-09 is before from, 2025-10.'],
    [{ countries: ['Atlantis'] }, 'countries: No country is known as “Atlantis”.'],
    [{ topics: ['…'] }, 'topics: A topic is one or more words'],
  ])('rejects the query %j', async (query, message) => {
    const history = await openReplay({ store }).given(mou);
    const timeline = history.timeline('country', 'PK', query);
    await expect(timeline).rejects.toThrow(RangeError);
    await expect(timeline).rejects.toThrow(message);
  });

  test('reads as of a position or an instant', async () => {
    const history = await openReplay({ store }).given([mou, eventCorrected(mou, { topics: [] })]);
    const statusAsOf = async (place: string | number | Date) =>
      (await history.asOf(place).timeline('country', 'PK')).map(({ status }) => status);
    expect(await statusAsOf('1')).toEqual(['current']);
    expect(await statusAsOf(2)).toEqual(['corrected']);
    expect(await statusAsOf('2026-01-01T00:00:00Z')).toEqual(['current']);
    expect(await statusAsOf(new Date('2026-01-01T00:00:01Z'))).toEqual(['corrected']);
    expect(await statusAsOf('2026-01-01T00:00:02Z')).toEqual(['corrected']);
    expect(await history.asOf(1).index('country')).toHaveLength(2);
    expect(() => history.asOf('2026-01-01')).toThrow('Expected an instant');
    expect(() => history.asOf(0)).toThrow('whole numbers from 1');
  });

  test('rejects reading as of a point outside of the log', async () => {
    const history = await openReplay({ store }).given([mou, amendment]);
    const range = 'the log goes from 1 (2026-01-01T00:00:00.000Z) to 2 (2026-01-01T00:00:01.000Z).';
    for (const place of [3, '99', '2025-12-31T23:59:59Z', new Date('1999-01-01T00:00:00Z')]) {
      const then = history.asOf(place);
      await expect(then.timeline('country', 'PK')).rejects.toThrow(RangeError);
      await expect(then.timeline('country', 'PK')).rejects.toThrow(range);
      await expect(then.index('country')).rejects.toThrow(range);
    }
    await expect(history.asOf(3).index('country')).rejects.toThrow('Nothing can be read as of 3: the log');
    const empty = openReplay({ store });
    await expect(empty.asOf(1).index('country')).rejects.toThrow('Nothing is recorded yet');
    await expect(empty.asOf('2026-01-01T00:00:00Z').index('country')).rejects.toThrow(
      'Nothing is recorded yet',
    );
  });

  test('rejects every call but close after it is closed', async () => {
    const history = await openReplay({ store }).given(mou);
    const then = history.asOf(1);
    await history.close();
    await history.close();
    const closed = (call: string) => `Cannot call ${call}: the replay is closed.`;
    await expect(history.given(mou)).rejects.toThrow(closed('given'));
    await expect(history.when(amendment)).rejects.toThrow(closed('when'));
    await expect(history.timeline('country', 'PK')).rejects.toThrow(closed('timeline'));
    await expect(history.index('country')).rejects.toThrow(closed('index'));
    await expect(history.state(agreements as never, 'PK')).rejects.toThrow(closed('state'));
    await expect(history.changesIn('country')).rejects.toThrow(closed('changesIn'));
    await expect(history.explain('country', 'PK')).rejects.toThrow(closed('explain'));
    expect(() => history.asOf(1)).toThrow(closed('asOf'));
    expect(() => history.setClock('2026-02-01T00:00:00Z')).toThrow(closed('setClock'));
    await expect(then.timeline('country', 'PK')).rejects.toThrow(closed('timeline'));
  });

  test('returns the present and past state of a projection made with defineProjection', async () => {
    const history = replay({ store, projections: [agreements] });
    open.push(history as Replay<never>);
    await history.given([mou, shipmentDispatched({ implements: [mou.stream] })]);
    expect(await history.state(agreements, mou.stream)).toMatchObject({
      stream: 'mou-ussm-fwo-2025',
      shipments: [{ steps: [{ type: 'ShipmentDispatched' }] }],
      shipmentsKnown: true,
    });
    expect(await history.asOf(1).state(agreements, mou.stream)).toMatchObject({
      steps: [{ type: 'MouSigned' }],
      shipmentsKnown: false,
    });
  });

  test('returns what the last events changed in each timeline', async () => {
    const history = openReplay({ store });
    await history.given([mou, amendment]);
    const parties = [mou.data.parties[0], { name: 'Frontier Works', kind: 'company', country: 'IN' }];
    await history.when([eventCorrected(mou, { parties }), briefingHeld()]);
    const changes = await history.changesIn('country');
    expect(Object.keys(changes).sort()).toEqual(['CN', 'IN', 'PK', 'US']);
    expect(changes['CN']).toMatchObject({ added: [{ type: 'BriefingHeld' }], changed: [], removed: [] });
    expect(changes['PK']).toMatchObject({
      added: [],
      changed: [],
      removed: [{ id: mou.id }, { id: amendment.id }],
    });
    expect(changes['IN']).toMatchObject({ added: [{ id: mou.id }, { id: amendment.id }] });
    expect(changes['US']?.changed.map(({ fields }) => Object.keys(fields))).toEqual([
      ['headline', 'parties', 'countries', 'sources', 'status', 'versions'],
      ['headline', 'countries'],
    ]);
    expect(changes['US']?.changed[0]?.fields['status']).toEqual({ before: 'current', after: 'corrected' });
    await history.when(briefingHeld());
    expect(Object.keys(await history.changesIn('country'))).toEqual(['CN']);
  });

  test('explains event by event how a timeline changed', async () => {
    const parties = [mou.data.parties[0], { name: 'Frontier Works', kind: 'company', country: 'IN' }];
    const history = await openReplay({ store }).given([
      mou,
      eventCorrected(mou, { title: 'MoU', occurred: '2025-09-09' }),
      briefingHeld(),
      eventRetracted(mou),
    ]);
    const title =
      'Memorandum of understanding signed: US Strategic Metals and Frontier Works Organization, ' +
      'on the development of critical…';
    expect(await history.explain('country', 'PK')).toBe(
      [
        'country PK',
        `  1  MouSigned  added  2025-09-08  ${title}`,
        `  2  EventCorrected  moved  2025-09-09  ${title}`,
        '      occurred: 2025-09-08 → 2025-09-09',
        '      sources: 1 → 2',
        '      status: current → corrected',
        '      versions: 1 → 2',
        `  4  EventRetracted  changed  2025-09-09  ${title}`,
        '      sources: 2 → 3',
        '      status: corrected → retracted',
        '      versions: 2 → 3',
      ].join('\n'),
    );
    const other = await openReplay({ store }).given([mou, eventCorrected(mou, { parties })]);
    expect(await other.explain('country', 'PK')).toContain(`  2  EventCorrected  left  2025-09-08  ${title}`);
    expect(await other.explain('country', 'FR')).toBe('country FR: no event has changed this timeline.');
  });

  test('restores exported events with their ids and recording times, and continues from there', async () => {
    const history = await openReplay({ store }).given(await exported([mou, amendment]));
    await history.when(eventCorrected(mou, { topics: ['mica'] }));
    const [signed] = await history.timeline('country', 'PK');
    expect(signed).toMatchObject({
      id: mou.id,
      recordedAt: '2025-12-24T00:00:00.000Z',
      topics: ['mica'],
      status: 'corrected',
    });
    expect(Object.keys(await history.changesIn('country'))).toEqual(['PK', 'US']);
    await history.given(await exported([{ ...briefingHeld(), occurred: '2025-12-30' }]).then(later));
    expect(await history.timeline('country', 'CN')).toMatchObject([{ position: '4' }]);
  });

  test('skips exported events that it has already, and refuses a different event with the same id', async () => {
    const events = await exported([mou]);
    const history = await openReplay({ store }).given([...events, ...events]);
    expect(await history.timeline('country', 'PK')).toHaveLength(1);
    const changed = events.map((event) => ({ ...event, occurred: '2020-01-01' }));
    await expect(history.given(changed)).rejects.toThrow('belongs to another event of the history');
  });

  test('refuses an exported event that was recorded before the previous one', async () => {
    const events = await exported([mou, amendment]);
    const backwards = events.map((event, index) => ({
      ...event,
      recordedAt: `2025-12-24T00:00:0${9 - index}.000Z`,
    }));
    await expect(openReplay({ store }).given(backwards)).rejects.toThrow(
      'Event 2 (MouAmended, mou-ussm-fwo-2025) was refused:\n  Its recordedAt is before that of the previous event',
    );
  });

  test('restores a record whose first events are missing', async () => {
    const events = await exported([mou, amendment, eventCorrected(mou, { topics: ['mica'] })]);
    const history = await openReplay({ store }).given(events.slice(1));
    expect(await history.timeline('country', 'US')).toEqual([]);
    await history.when(mouAmended({ stream: mou.stream, parties: mou.data.parties }));
    expect(await history.timeline('country', 'US')).toMatchObject([{ type: 'MouAmended', position: '3' }]);
  });
});

/** Returns the events with a later `recordedAt`. */
function later(events: readonly object[]): readonly object[] {
  return events.map((event) => ({ ...event, recordedAt: '2027-01-01T00:00:00.000Z' }));
}

describe('A replay', () => {
  test('returns the same timelines in memory and in SQLite, from exported or new events', async () => {
    const sent = [...generateEvents(300, 11)];
    const events = await exported(sent);
    const [restored, onDisk, recorded] = [
      await replay().given(events),
      await replay({ store: 'sqlite' }).given(events),
      await replay({ clock: '2025-12-24T00:00:00Z' }).given(sent),
    ];
    const withoutInstants = (entries: readonly object[]) =>
      entries.map((entry) => ({ ...entry, recordedAt: 'then' }));
    const keys = (await restored.index('country')).map(({ key }) => key);
    expect(keys.length).toBeGreaterThan(20);
    for (const key of keys) {
      for (const position of [50, 150, 300]) {
        const entries = await restored.asOf(position).timeline('country', key);
        expect(await onDisk.asOf(position).timeline('country', key)).toEqual(entries);
        const recordedEntries = await recorded.asOf(position).timeline('country', key);
        expect(withoutInstants(recordedEntries)).toEqual(withoutInstants(entries));
      }
    }
    expect(await onDisk.index('topic')).toEqual(await restored.index('topic'));
    await onDisk.close();
  });

  test('uses the built-in projections by default', async () => {
    const history = await replay().given(mou);
    expect(await history.timeline('topic', 'critical-minerals')).toHaveLength(1);
    const misspelled = history.timeline('countries' as 'country', 'PK');
    await expect(misspelled).rejects.toThrow(
      'This replay has no projection countries. Its projections are country, topic',
    );
  });

  test('records each event one second after the previous one, from an instant that can be set', async () => {
    const history = openReplay({ clock: '2025-12-31T23:59:59Z' });
    await history.given([mou, amendment]);
    history.setClock('2026-03-01T12:00:00+01:00');
    await history.when([briefingHeld(), briefingHeld()]);
    const [pk, cn] = [await history.timeline('country', 'PK'), await history.timeline('country', 'CN')];
    expect([...pk, ...cn].map((entry) => entry['recordedAt'])).toEqual([
      '2025-12-31T23:59:59.000Z',
      '2026-01-01T00:00:00.000Z',
      '2026-03-01T11:00:00.000Z',
      '2026-03-01T11:00:01.000Z',
    ]);
    expect(() => replay({ clock: 'noon' })).toThrow('Expected an instant such as');
  });

  test('assigns the same ids on every run to events without an id', async () => {
    const { id: _, ...withoutId } = mou;
    const history = await openReplay().given([withoutId, { ...withoutId, stream: 'mou-other' }]);
    expect((await history.timeline('country', 'PK')).map((entry) => entry['id'])).toEqual([
      '00000000-0000-7000-8000-000000000001',
      '00000000-0000-7000-8000-000000000002',
    ]);
  });

  test('refuses an invalid event and lists its errors', async () => {
    const history = openReplay();
    const invalid = { ...mou, stream: 'mou-wrong', data: { ...mou.data, parties: [] } };
    const given = history.given([briefingHeld(), invalid]);
    await expect(given).rejects.toThrow(RefusedEventError);
    await expect(given).rejects.toThrow(
      'Event 2 (MouSigned, mou-wrong) was refused:\n  /data/parties  At least 1 item is required. (too-few)',
    );
    expect(await history.timeline('country', 'CN')).toHaveLength(1);
    await expect(history.when(eventRetracted({ ...mou, stream: 'mou-unknown' }))).rejects.toThrow(
      '  /stream  There is no record mou-unknown. (unknown-record)',
    );
  });

  test.each([5, null, undefined, 'BriefingHeld', [[mou]], [mou, null]])(
    'rejects %j, which is not an event, and records nothing',
    async (value) => {
      const history = openReplay();
      for (const call of [history.given(value as object), history.when(value as object)]) {
        await expect(call).rejects.toThrow(TypeError);
        await expect(call).rejects.toThrow('Expected an event object, but received ');
      }
      expect(await history.index('country')).toEqual([]);
    },
  );

  test('throws for an unknown store', () => {
    expect(() => replay({ store: 'postgres' as 'sqlite' })).toThrow(
      'Unknown store postgres. A replay uses one of memory, sqlite.',
    );
  });

  test.each(['new', 'exported'])('rejects %s events at which a projection stops', async (form) => {
    const failing = defineTimeline({
      ...countryTimeline,
      name: 'country',
      partitionBy: () => {
        throw new Error('not today');
      },
    });
    const events = form === 'new' ? [mou] : await exported([mou]);
    const history = replay({ projections: [failing] });
    await expect(history.given(events)).rejects.toThrow('not today');
    await expect(history.when(briefingHeld())).rejects.toThrow('The projection country stopped at event');
  });

  test.each(['memory', 'sqlite'] as const)('works with fake timers in %s', async (store) => {
    jest.useFakeTimers();
    try {
      const history = openReplay({ store });
      await history.given(await exported([mou]));
      await history.when(amendment);
      expect(await history.timeline('country', 'PK')).toHaveLength(2);
      await history.close();
    } finally {
      jest.useRealTimers();
    }
  });

  test('upcasts payloads of older schema versions', async () => {
    const history = await openReplay().given(parseHistory(olderLines.join('\n')));
    const arrivals = { types: ['ShipmentArrived'] };
    expect(await history.asOf(2).timeline('country', 'US', arrivals)).toMatchObject([{ status: 'current' }]);
    expect(await history.timeline('country', 'PK', arrivals)).toMatchObject([{ status: 'corrected' }]);
  });

  test('deletes its temporary folder when it is closed', async () => {
    const projection = defineTimeline({ ...countryTimeline, name: 'only-in-this-test' });
    const history = await replay({ store: 'sqlite', projections: [projection] }).given(mou);
    const folders = readdirSync(tmpdir()).map((name) => join(tmpdir(), name));
    const used = folders.filter((folder) =>
      existsSync(join(folder, `only-in-this-test@${countryTimeline.version}.1.db`)),
    );
    expect(used).toHaveLength(1);
    await history[Symbol.asyncDispose]();
    expect(used.filter((folder) => existsSync(folder))).toEqual([]);
  });
});
