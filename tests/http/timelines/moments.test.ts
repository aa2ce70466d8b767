import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, retraction, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';

let chancery: Harness;
let now: Date;

beforeEach(async () => {
  now = new Date('2026-01-01T00:00:00Z');
  chancery = await startHarness(() => now);
});
afterEach(() => chancery.close());

/** Records each event an hour after the one before. */
async function record(...events: readonly object[]): Promise<void> {
  for (const event of events) {
    now = new Date(now.getTime() + 3_600_000);
    const { status, json } = await post(chancery.url, event);
    expect(status).toBe(201);
    await ask(chancery.url, `/countries/PK?after=${json.events[0].position}`);
  }
}

const page = (path: string): Promise<Answer> => ask(chancery.url, path, { headers: { accept: 'text/html' } });
const [signing, sending] = [uuid(1), uuid(2)];

/** The form of the slider of a page, as a browser without scripts sends it. */
function formOf({ text }: Answer) {
  const form = /<details class="moments".*?<\/form>/s.exec(text)?.[0] ?? '';
  const [, action = ''] = /action="([^"]*)"/.exec(form) ?? [];
  const hidden = [...form.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
    ([, name, value]) => [name, value],
  );
  const [, max, value] = /max="(\d+)" step="1" value="(\d+)"/.exec(form) ?? [];
  return { action, hidden: hidden as [string, string][], max: Number(max), value: Number(value), form };
}

async function slideTo(answer: Answer, step: number): Promise<string> {
  const { action, hidden } = formOf(answer);
  const query = new URLSearchParams([...hidden, ['step', String(step)]]);
  const { status, headers } = await page(`${action}?${query}`);
  expect(status).toBe(302);
  return String(headers['location']);
}

describe('the slider of a timeline', () => {
  beforeEach(() =>
    record(
      { ...mou, id: signing },
      { ...briefing, stream: 'briefing-elsewhere' },
      { ...shipment, id: sending, stream: 'shipment-1' },
      correction(signing, mou.stream, { ...mou.data, subject: 'minerals & <metals>' }),
      retraction(sending, 'shipment-1'),
    ),
  );

  test('is read once for all pages of the present, and again when the timeline has changed', async () => {
    const { reader } = chancery.projections.country;
    if (reader === undefined) throw new Error('There are no rows.');
    const changePoints = reader.changePoints.bind(reader);
    let reads = 0;
    reader.changePoints = (key, query) => {
      reads += 1;
      return changePoints(key, query);
    };
    for (const query of ['', '?order=asc', '?from=2025', '?types=MouSigned'])
      await page(`/countries/PK${query}`);
    expect(reads).toBe(1);
    await record({ ...mou, stream: 'mou-later' });
    expect(formOf(await page('/countries/PK?limit=25')).max).toBe(4);
    expect(reads).toBe(2);
  });

  test('has a stop for each event that changed the timeline, and is at the last one', async () => {
    const { max, value, form } = formOf(await page('/countries/PK'));
    expect({ max, value }).toEqual({ max: 3, value: 3 });
    expect([...form.matchAll(/label="([^"]*)"/g)].map(([, label]) => label)).toEqual([
      '1 January 2026, 01:00 UTC (1 of 4)',
      '1 January 2026, 03:00 UTC (2 of 4)',
      '1 January 2026, 04:00 UTC (3 of 4)',
      '1 January 2026, 05:00 UTC (4 of 4)',
    ]);
    expect(form).toContain('aria-valuetext="1 January 2026, 05:00 UTC (4 of 4)"');
  });

  test('leads to the page of the chosen state, with the filter, and from there to any other', async () => {
    const location = await slideTo(await page('/countries/PK?types=MouSigned'), 2);
    expect(location).toMatch(/^\/countries\/PK\?types=MouSigned&asOf=4\./);
    const then = await page(location);
    expect(then.text).toContain('<strong>As of 1 January 2026, 04:00 UTC</strong>');
    expect(formOf(then)).toMatchObject({ max: 3, value: 2 });
    expect(await slideTo(then, 0)).toMatch(/&asOf=1\./);
    expect(await slideTo(then, 3)).toBe('/countries/PK?types=MouSigned');
  });

  test('says what changed then, by what and why, and links to all of it', async () => {
    const { text } = await page('/countries/PK?asOf=4');
    const then = text.slice(text.indexOf('What changed then'));
    expect(then).toMatch(
      new RegExp(`Changed: <a href="/events/${signing}"[^>]*>Memorandum of understanding signed`),
    );
    expect(then).toContain('“<bdi>The outlet corrected its report.</bdi>”');
    const [, all = ''] = /<a href="([^"]*)">The changes in detail/.exec(then) ?? [];
    const { json } = await ask(chancery.url, all.replaceAll('&amp;', '&'));
    expect(json.changes).toMatchObject([{ change: 'changed', by: { position: '4' } }]);
  });

  test('says so if what changed then does not match the filter', async () => {
    expect((await page('/countries/PK?types=ShipmentAnnounced&asOf=4')).text).toContain(
      'Nothing that matches the filter.',
    );
  });

  test('on the page of an earlier state gets the changes that come later', async () => {
    expect(formOf(await page('/countries/PK?asOf=3')).max).toBe(3);
    await record(correction(signing));
    expect(formOf(await page('/countries/PK?asOf=3')).max).toBe(4);
  });

  test('begins before the first change on a page of that time', async () => {
    const before = await page('/countries/US?asOf=1');
    expect(before.status).toBe(200);
    const none = await page('/countries/CN?asOf=1');
    expect(formOf(none)).toMatchObject({ max: 1, value: 0 });
    expect(await slideTo(none, 1)).toBe('/countries/CN');
  });

  test('is on the page of an agreement, and not on one that was in one state only', async () => {
    expect(formOf(await page(`/mous/${mou.stream}`)).max).toBe(3);
    expect((await page('/countries/CN')).text).not.toContain('class="moments"');
  });

  test.each([
    ['/countries/PK/as-of', 'since'],
    ['/countries/PK/as-of?since=x', 'since'],
    ['/countries/PK/as-of?since=1&step=50', 'step'],
    ['/countries/PK/as-of?since=1&asOf=2', 'asOf'],
    ['/countries/PK/as-of?since=99', 'since'],
  ])('refuses %s', async (path, parameter) => {
    const { status, json } = await ask(chancery.url, path);
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ parameter }]);
  });
});

test('A slider shows the states around that of the page', async () => {
  await record({ ...mou, id: signing });
  for (let index = 0; index < 60; index += 1) await record(correction(signing));
  expect(formOf(await page('/countries/PK'))).toMatchObject({ max: 24, value: 24 });
  const middle = await page('/countries/PK?asOf=30');
  expect(formOf(middle)).toMatchObject({ max: 48, value: 24 });
  expect(middle.text).toMatch(/… 1 January/);
  expect(await slideTo(middle, 0)).toMatch(/asOf=6\./);
});
