import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { check } from '@placemarkio/check-geojson';
import { CloudEvent } from 'cloudevents';
import { parse as parseCsv } from 'csv-parse/sync';
import ICAL from 'ical.js';
import jsonld from 'jsonld';
import { briefing, correction, mou, retraction, uuid } from '../../append/sent-events.ts';
import { generateEvents } from '../../bench/generate-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';

/** Written in ways that break a careless writer. */
const HOSTILE = 'Line one,\nline; two\\ <b>“bold” & \u0001\u2028</b> 稀土の協定に関する長い文 '
  .repeat(5)
  .trim();
const EVENTS = 400;

let chancery: Harness;

beforeAll(async () => {
  chancery = await startHarness();
  const statement = {
    key: 'a b',
    speaker: { name: 'Lin; Jian, Jr.', kind: 'person', country: 'CN' },
    speechAct: 'deny',
    text: [
      { language: 'en', value: HOSTILE },
      { language: 'zh', value: '稀土' },
    ],
    quoted: 'verbatim',
    countries: [{ country: 'PK', role: 'mentioned' }],
  };
  const sent = [
    { ...mou, id: uuid(1), data: { ...mou.data, topics: ['border, trade'] } },
    { ...mou, id: uuid(2), stream: 'mou-open', occurred: '2024-05/..' },
    { ...mou, id: uuid(3), stream: 'mou-unknown', occurred: '/' },
    { ...mou, id: uuid(4), stream: 'mou-old', occurred: '-0044-03-15' },
    { ...mou, id: uuid(5), stream: 'mou-about', occurred: '2023-06~' },
    { ...mou, id: uuid(6), stream: 'mou-last', occurred: '9999-12-31' },
    { ...briefing, id: uuid(7), stream: 'briefing-x', data: { ...briefing.data, statements: [statement] } },
    correction(uuid(5), 'mou-about', { ...mou.data, subject: 'something else' }),
    retraction(uuid(1)),
  ];
  const accepted = [];
  for (const event of sent) accepted.push((await post(chancery.url, event)).status);
  expect(accepted.filter((status) => status === 201).length).toBeGreaterThanOrEqual(7);
  const lines = [...generateEvents(EVENTS)].map((event) => JSON.stringify(event)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  await ask(chancery.url, '/events', { method: 'POST', headers, body: lines });
  const [last] = await chancery.store.readAll({ direction: 'backwards', maxCount: 1 });
  const all = Object.values(chancery.projections);
  await Promise.all(all.map((each) => each.waitFor(last?.position as never, 10_000)));
});
afterAll(() => chancery.close());

const get = (path: string): Promise<Answer> => ask(chancery.url, path);

interface ListedEntry {
  readonly id: string;
  readonly occurred: { readonly earliest: string | null; readonly latest: string | null };
}

async function entriesOf(path: string): Promise<readonly ListedEntry[]> {
  const { text } = await get(`${path}.ndjson`);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map((entry) => ({ ...entry, ...entry.event }));
}

const VIEWS = ['/countries/PK', '/statements', '/mous/mou-about', '/relations/CN/US'];

describe('iCalendar', () => {
  const eventsIn = (text: string) =>
    new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));

  test.each(VIEWS)('of %s is read by ical.js, with every entry that has a day', async (path) => {
    const { text } = await get(`${path}.ics`);
    const withDay = (await entriesOf(path)).filter(({ occurred: { earliest, latest } }) => {
      const [first, last] = [earliest ?? latest, latest ?? earliest];
      return (
        first !== null &&
        last !== null &&
        first > '0000-12-31' &&
        last < '9999-12-31' &&
        !first.startsWith('-')
      );
    });
    const events = eventsIn(text);
    expect(events.map(({ uid }) => uid.split('#')[0])).toEqual(withDay.map(({ id }) => id));
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/\n|\r/);
  });

  test('makes an imprecise date an all-day span, and an open end a day', async () => {
    const events = eventsIn((await get('/countries/PK.ics?types=MouSigned')).text);
    const spanOf = (number: number) => {
      const event = events.find(({ uid }) => uid === uuid(number));
      return event && [event.startDate.toString(), event.endDate.toString(), event.startDate.isDate];
    };
    expect(spanOf(1)).toEqual(['2025-09-08', '2025-09-09', true]);
    expect(spanOf(2)).toEqual(['2024-05-01', '2024-05-02', true]);
    expect(spanOf(5)).toEqual(['2023-06-01', '2023-07-01', true]);
  });

  test('carries corrections as sequences and retractions as cancellations, with all texts intact', async () => {
    const events = eventsIn((await get('/countries/PK.ics')).text);
    const [retracted, corrected] = [uuid(1), uuid(5)].map((id) => events.find(({ uid }) => uid === id));
    expect(retracted?.component.getFirstPropertyValue('status')).toBe('CANCELLED');
    expect(retracted?.summary).toMatch(/^Retracted: /);
    expect(retracted?.component.getFirstPropertyValue('categories')).toBe('border trade');
    expect(corrected?.sequence).toBe(1);
    expect(corrected?.component.getFirstPropertyValue('status')).toBe('TENTATIVE');
    const [statement] = eventsIn((await get('/statements.ics?speaker=Lin%3B%20Jian,%20Jr.')).text);
    expect(statement?.description).toContain(HOSTILE.replaceAll('\u0001', ' '));
  });
});

describe('GeoJSON', () => {
  test.each(VIEWS)('of %s is valid, with every entry', async (path) => {
    const { text } = await get(`${path}.geojson`);
    const collection = check(text) as {
      features: readonly { id: string; properties: Record<string, unknown> }[];
    };
    const ids = (await entriesOf(path)).map((entry) => entry.id);
    expect(collection.features.map(({ id }) => id.split('#')[0])).toEqual(ids);
  });

  test('puts an entry at its countries', async () => {
    const { features } = JSON.parse((await get('/relations/PK/US.geojson?types=MouSigned')).text);
    const feature = features.find(({ id }: { id: string }) => id === uuid(5));
    expect(feature.geometry).toEqual({
      type: 'MultiPoint',
      coordinates: [
        [-98.8, 39.9],
        [69.2, 29.9],
      ],
    });
    expect(feature.properties).toMatchObject({ instrument: 'mou', status: 'corrected', version: 2 });
  });
});

describe('TimelineJS', () => {
  test.each(VIEWS)('of %s has a slide for every entry with a day', async (path) => {
    const { title, events } = JSON.parse((await get(`${path}.timelinejs`)).text);
    expect(title.text.headline.length).toBeGreaterThan(0);
    const withDay = (await entriesOf(path)).filter(({ occurred }) => occurred.earliest ?? occurred.latest);
    expect(events).toHaveLength(withDay.length);
    for (const { start_date: start } of events) {
      expect([start.year, start.month, start.day].every(Number.isInteger)).toBe(true);
    }
    expect(new Set(events.map((event: { unique_id: string }) => event.unique_id)).size).toBe(events.length);
  });

  test('escapes what would be markup', async () => {
    const { events } = JSON.parse((await get('/statements.timelinejs?speaker=Lin%3B%20Jian,%20Jr.')).text);
    expect(events[0].text.text).toContain('&lt;b&gt;');
    expect(events[0].text.text).not.toContain('<b>');
  });
});

describe('JSON-LD', () => {
  test.each(VIEWS)('of %s expands without loading anything, to statements about each entry', async (path) => {
    const document = JSON.parse((await get(`${path}.jsonld`)).text);
    const [expanded] = await jsonld.expand(document);
    const parts = expanded?.['https://schema.org/hasPart'] as readonly object[] | undefined;
    expect(parts ?? []).toHaveLength((await entriesOf(path)).length);
    const quads = await jsonld.toRDF(document, { format: 'application/n-quads' });
    expect(quads).toContain('<http://purl.org/dc/terms/date>');
    expect(quads).not.toContain('_:b0 <_:');
  });

  test('of one event is what the timeline has of it', async () => {
    const one = JSON.parse((await get(`/events/${uuid(5)}.jsonld`)).text);
    const quads = await jsonld.toRDF(one, { format: 'application/n-quads' });
    const subject = `<${chancery.url}/events/${uuid(5)}>`;
    expect(quads).toContain(
      `${subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/Event> .`,
    );
    expect(quads).toContain(`${subject} <https://schema.org/creativeWorkStatus> "corrected" .`);
    expect(quads).toContain(
      `${subject} <http://purl.org/dc/terms/date> "2023-06~"^^<http://id.loc.gov/datatypes/edtf/EDTF> .`,
    );
    const { hasPart } = JSON.parse((await get('/countries/PK.jsonld?types=MouSigned')).text);
    const { '@context': context, ...node } = one;
    expect(hasPart).toContainEqual(node);
  });

  test('of a correction is refused, as it is no event of its own', async () => {
    const { json } = await get(`/events/${uuid(5)}`);
    const answer = await get(`/events/${json.corrections[0].id}.jsonld`);
    expect(answer).toMatchObject({ status: 406, json: { type: '/problems/not-acceptable' } });
  });
});

describe('CloudEvents', () => {
  test('have the form in which they can be recorded in another log', async () => {
    const { text, headers } = await get(`/events/${uuid(2)}.cloudevent`);
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    const event = new CloudEvent(JSON.parse(text), true);
    expect(event).toMatchObject({ id: uuid(2), type: 'chancery.MouSigned', subject: 'mou-open' });
    const { occurred, data, sources, position } = (await get(`/events/${uuid(2)}`)).json.event;
    expect(event).toMatchObject({ actor: 'local', position, revision: 0, data: { occurred, data, sources } });
    const repeated = await post(chancery.url, text, { 'content-type': 'application/cloudevents+json' });
    expect(repeated.json).toMatchObject({ events: [{ position }] });
    expect((await get(`/events/${uuid(99)}.cloudevent`)).status).toBe(404);
  });
});

describe('a data package', () => {
  test.each(['/countries/PK', '/statements', '/mous', '/countries', '/projections/topic/timelines'])(
    'of %s names the CSV file in its state, and each of its columns',
    async (path) => {
      const { text, headers } = await get(`${path}.csv`);
      const described = /^<(.+)>; rel="describedby"/.exec(String(headers['link']))?.[1] ?? '';
      const descriptor = JSON.parse((await get(described)).text);
      const [resource] = descriptor.resources;
      expect(resource.path).toMatch(/\.csv\?asOf=/);
      const table = await get(resource.path.replace(chancery.url, ''));
      expect(table.text).toBe(text);
      const [header] = parseCsv(text, { bom: true, to: 1 }) as readonly (readonly string[])[];
      expect(resource.schema.fields.map(({ name }: { name: string }) => name)).toEqual(header);
    },
  );
});
