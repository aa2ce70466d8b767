import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
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

function replayed(options: ReplayOptions<typeof countryTimeline> = {}) {
  const history = replay({ ...options, projections: options.projections ?? [countryTimeline] });
  open.push(history as Replay<never>);
  return history;
}

afterEach(async () => {
  for (const history of open.splice(0)) await history.close();
});

/** Events as an export has them. */
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
const said = {
  key: 'denial',
  speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
  speechAct: 'deny',
  text: { language: 'en', value: 'The reports are not true.' },
  quoted: 'paraphrase',
} as const;
const KNOWN_PARTS =
  'A timeline cannot be asked for ?; there is from, to, certain, types, roles, countries, topics, speechActs, speakers, order, limit.';

describe.each(['memory', 'sqlite'] as const)('A replay in %s', (store) => {
  test('tells the entries of a timeline, and the timelines that there are', async () => {
    const history = await replayed({ store }).given([mou, briefingHeld()]);
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

  test('asks a timeline as a reader would', async () => {
    const history = await replayed({ store }).given([mou, amendment]);
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

  test('knows who speaks by any spelling of the name', async () => {
    const history = replay({ store, projections: [statements] });
    open.push(history as Replay<never>);
    await history.given(briefingHeld({ statements: [said] }));
    const by = (speaker: string) => history.timeline('statements', '*', { speakers: [speaker] });
    expect(await by('Lin Jian')).toMatchObject([{ text: said.text }]);
    expect(await by('LIN  JIAN')).toHaveLength(1);
    expect(await by('Mao Ning')).toEqual([]);
  });

  test.each<[query: object, complaint: string]>([
    [{ speaker: 'Lin Jian' }, KNOWN_PARTS.replace('?', 'speaker')],
    [{ speechAct: 'deny' }, KNOWN_PARTS.replace('?', 'speechAct')],
    [{ form: '2025' }, KNOWN_PARTS.replace('?', 'form')],
    [{ from: 'September' }, 'from: Expected a day, a month or a year such as 2025-09-08, 2025-09 or 2025'],
    [{ to: '2025-09~' }, 'to: Expected a day, a month or a year'],
    [{ from: '2025-10', to: '2025-09' }, 'to: 2025-09 lies before from, 2025-10.'],
    [{ countries: ['Atlantis'] }, 'countries: No country is known here as “Atlantis”.'],
    [{ topics: ['Rare Earths'] }, 'topics: A topic is a slug'],
  ])('refuses to ask a timeline for %j', async (query, complaint) => {
    const history = await replayed({ store }).given(mou);
    const asked = history.timeline('country', 'PK', query);
    await expect(asked).rejects.toThrow(RangeError);
    await expect(asked).rejects.toThrow(complaint);
  });

  test('reads as of a position or an instant', async () => {
    const history = await replayed({ store }).given([mou, eventCorrected(mou, { topics: [] })]);
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

  test('refuses to read as of what the log does not reach', async () => {
    const history = await replayed({ store }).given([mou, amendment]);
    const ends = 'the log goes from 1 (2026-01-01T00:00:00.000Z) to 2 (2026-01-01T00:00:01.000Z).';
    for (const place of [3, '99', '2025-12-31T23:59:59Z', new Date('1999-01-01T00:00:00Z')]) {
      const then = history.asOf(place);
      await expect(then.timeline('country', 'PK')).rejects.toThrow(RangeError);
      await expect(then.timeline('country', 'PK')).rejects.toThrow(ends);
      await expect(then.index('country')).rejects.toThrow(ends);
    }
    await expect(history.asOf(3).index('country')).rejects.toThrow('Nothing can be read as of 3: the log');
    const empty = replayed({ store });
    await expect(empty.asOf(1).index('country')).rejects.toThrow('Nothing is recorded yet');
    await expect(empty.asOf('2026-01-01T00:00:00Z').index('country')).rejects.toThrow(
      'Nothing is recorded yet',
    );
  });

  test('is closed once and for all', async () => {
    const history = await replayed({ store }).given(mou);
    const then = history.asOf(1);
    await history.close();
    await history.close();
    const late = (call: string) => `The replay is closed; ${call} comes too late.`;
    await expect(history.given(mou)).rejects.toThrow(late('given'));
    await expect(history.when(amendment)).rejects.toThrow(late('when'));
    await expect(history.timeline('country', 'PK')).rejects.toThrow(late('timeline'));
    await expect(history.index('country')).rejects.toThrow(late('index'));
    await expect(history.state(agreements as never, 'PK')).rejects.toThrow(late('state'));
    await expect(history.changesIn('country')).rejects.toThrow(late('changesIn'));
    await expect(history.explain('country', 'PK')).rejects.toThrow(late('explain'));
    expect(() => history.asOf(1)).toThrow(late('asOf'));
    expect(() => history.setClock('2026-02-01T00:00:00Z')).toThrow(late('setClock'));
    await expect(then.timeline('country', 'PK')).rejects.toThrow(late('timeline'));
  });

  test('tells the state of a projection that is no timeline, now and as it was', async () => {
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

  test('tells what the last events did to each timeline', async () => {
    const history = replayed({ store });
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
      ['headline', 'countries', 'sources', 'status', 'versions'],
      ['headline', 'countries'],
    ]);
    expect(changes['US']?.changed[0]?.fields['status']).toEqual({ before: 'current', after: 'corrected' });
    await history.when(briefingHeld());
    expect(Object.keys(await history.changesIn('country'))).toEqual(['CN']);
  });

  test('explains, event by event, how a timeline came about', async () => {
    const parties = [mou.data.parties[0], { name: 'Frontier Works', kind: 'company', country: 'IN' }];
    const history = await replayed({ store }).given([
      mou,
      eventCorrected(mou, { title: 'MoU', occurred: '2025-09-09' }),
      briefingHeld(),
      eventRetracted(mou),
    ]);
    const title =
      'Memorandum of understanding signed: US Strategic Metals and Frontier Works Organization, on the development of critical…';
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
    const other = await replayed({ store }).given([mou, eventCorrected(mou, { parties })]);
    expect(await other.explain('country', 'PK')).toContain(`  2  EventCorrected  left  2025-09-08  ${title}`);
    expect(await other.explain('country', 'FR')).toBe('country FR: no event has touched it.');
  });

  test('restores what was exported, with its ids and instants, and goes on from there', async () => {
    const envelopes = await exported([mou, amendment]);
    const history = await replayed({ store }).given(envelopes);
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

  test('passes over what it has already, and refuses another event of the same id', async () => {
    const envelopes = await exported([mou]);
    const history = await replayed({ store }).given([...envelopes, ...envelopes]);
    expect(await history.timeline('country', 'PK')).toHaveLength(1);
    const forged = envelopes.map((envelope) => ({ ...envelope, occurred: '2020-01-01' }));
    await expect(history.given(forged)).rejects.toThrow('belongs to another event of the history');
  });

  test('refuses to restore what was recorded before the event in front of it', async () => {
    const envelopes = await exported([mou, amendment]);
    const backwards = envelopes.map((envelope, index) => ({
      ...envelope,
      recordedAt: `2025-12-24T00:00:0${9 - index}.000Z`,
    }));
    await expect(replayed({ store }).given(backwards)).rejects.toThrow(
      'Event 2 (MouAmended, mou-ussm-fwo-2025) was refused:\n  It was recorded before the event in front of it',
    );
  });

  test('takes a part of a record as the record', async () => {
    const envelopes = await exported([mou, amendment, eventCorrected(mou, { topics: ['mica'] })]);
    const history = await replayed({ store }).given(envelopes.slice(1));
    expect(await history.timeline('country', 'US')).toEqual([]);
    await history.when(mouAmended({ stream: mou.stream, parties: mou.data.parties }));
    expect(await history.timeline('country', 'US')).toMatchObject([{ type: 'MouAmended', position: '3' }]);
  });
});

function later(envelopes: readonly object[]): readonly object[] {
  return envelopes.map((envelope) => ({ ...envelope, recordedAt: '2027-01-01T00:00:00.000Z' }));
}

describe('A replay', () => {
  test('gives the same rows in memory and in SQLite, restored or recorded', async () => {
    const sent = [...generateEvents(300, 11)];
    const envelopes = await exported(sent);
    const [restored, onDisk, recorded] = [
      await replay().given(envelopes),
      await replay({ store: 'sqlite' }).given(envelopes),
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
        const again = await recorded.asOf(position).timeline('country', key);
        expect(withoutInstants(again)).toEqual(withoutInstants(entries));
      }
    }
    expect(await onDisk.index('topic')).toEqual(await restored.index('topic'));
    await onDisk.close();
  });

  test('has the projections that the program mounts, if none are named', async () => {
    const history = await replay().given(mou);
    expect(await history.timeline('topic', 'critical-minerals')).toHaveLength(1);
    const misspelt = history.timeline('countries' as 'country', 'PK');
    await expect(misspelt).rejects.toThrow('There is no projection countries here; there is country, topic');
  });

  test('records each event a second after the one before, from an instant that can be set', async () => {
    const history = replayed({ clock: '2025-12-31T23:59:59Z' });
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

  test('gives events without an id the same ids on every run', async () => {
    const { id: _, ...withoutId } = mou;
    const history = await replayed().given([withoutId, { ...withoutId, stream: 'mou-other' }]);
    expect((await history.timeline('country', 'PK')).map((entry) => entry['id'])).toEqual([
      '00000000-0000-7000-8000-000000000001',
      '00000000-0000-7000-8000-000000000002',
    ]);
  });

  test('rejects an event that is not right, and shows what is wrong with it', async () => {
    const history = replayed();
    const wrong = { ...mou, stream: 'mou-wrong', data: { ...mou.data, parties: [] } };
    const given = history.given([briefingHeld(), wrong]);
    await expect(given).rejects.toThrow(RefusedEventError);
    await expect(given).rejects.toThrow(
      'Event 2 (MouSigned, mou-wrong) was refused:\n  /data/parties  At least 2 expected. (too-few)',
    );
    expect(await history.timeline('country', 'CN')).toHaveLength(1);
    await expect(history.when(eventRetracted({ ...mou, stream: 'mou-unknown' }))).rejects.toThrow(
      '  /stream  There is no record mou-unknown. (unknown-record)',
    );
  });

  test.each([5, null, undefined, 'BriefingHeld', [[mou]], [mou, null]])(
    'refuses %j, which is no event, and takes nothing of it',
    async (wrong) => {
      const history = replayed();
      for (const taken of [history.given(wrong as object), history.when(wrong as object)]) {
        await expect(taken).rejects.toThrow(TypeError);
        await expect(taken).rejects.toThrow('An event is an object, not ');
      }
      expect(await history.index('country')).toEqual([]);
    },
  );

  test('is kept in memory or in SQLite, and nowhere else', () => {
    expect(() => replay({ store: 'postgres' as 'sqlite' })).toThrow(
      'There is no store postgres for a replay; there is memory, sqlite.',
    );
  });

  test.each(['sent', 'exported'])('rejects %s events that a projection cannot take', async (form) => {
    const fussy = defineTimeline({
      ...countryTimeline,
      name: 'country',
      partitionBy: () => {
        throw new Error('not today');
      },
    });
    const events = form === 'sent' ? [mou] : await exported([mou]);
    const history = replay({ projections: [fussy] });
    await expect(history.given(events)).rejects.toThrow('not today');
    await expect(history.when(briefingHeld())).rejects.toThrow('The projection country cannot take event');
  });

  test('of payloads of an older schema version reads as the present one', async () => {
    const history = await replayed().given(parseHistory(olderLines.join('\n')));
    const arrivals = { types: ['ShipmentArrived'] };
    expect(await history.asOf(2).timeline('country', 'US', arrivals)).toMatchObject([{ status: 'current' }]);
    expect(await history.timeline('country', 'PK', arrivals)).toMatchObject([{ status: 'corrected' }]);
  });

  test('leaves nothing in the temporary folder when it is closed', async () => {
    const mine = defineTimeline({ ...countryTimeline, name: 'of-this-test-alone' });
    const history = await replay({ store: 'sqlite', projections: [mine] }).given(mou);
    const folders = readdirSync(tmpdir()).map((name) => join(tmpdir(), name));
    const used = folders.filter((folder) => existsSync(join(folder, 'of-this-test-alone@2.1.db')));
    expect(used).toHaveLength(1);
    await history[Symbol.asyncDispose]();
    expect(used.filter((folder) => existsSync(folder))).toEqual([]);
  });
});
