import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { amendment, mou, shipment, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

let chancery: Harness;

beforeAll(async () => {
  chancery = await startHarness();
  await post(chancery.url, { ...mou, id: uuid(1) });
  await post(chancery.url, { ...amendment, id: uuid(2), sources: [{ outlet: 'Xinhua' }] });
  const data = { ...shipment.data, goods: [{ description: 'minerals from the refinery in Karachi' }] };
  await post(chancery.url, { ...shipment, id: uuid(3), stream: 'shipment-one', data });
  await ask(chancery.url, '/search/entries?after=3');
});
afterAll(() => chancery.close());

const page = (path: string) => ask(chancery.url, path, { headers: { accept: 'text/html' } });

function shownIn(text: string): readonly string[] {
  return [uuid(1), uuid(2), uuid(3)].filter((id) => text.includes(`<a href="/events/${id}"`));
}

describe('the page of a search', () => {
  test('has the filters of a timeline, with what is chosen and a link that removes it', async () => {
    const query = 'q=refinery&from=2025-10&countries=PK,US&types=ShipmentAnnounced,MouAmended&outlet=Dawn';
    const { status, text } = await page(`/search?${query}`);
    expect([status, shownIn(text)]).toEqual([200, [uuid(3)]]);
    const [, form = ''] = /<form class="search-form".*?>(.*?)<\/form>/s.exec(text) ?? [];
    expect(form).toContain('<details class="filter">');
    expect(form).toMatch(/<input id="q"[^>]* value="refinery"/);
    for (const [name, value] of [
      ['from', '2025-10'],
      ['countries', 'PK,US'],
      ['outlet', 'Dawn'],
      ['relay', ''],
      ['topics', ''],
    ]) {
      expect(form).toMatch(new RegExp(`<input id="f-${name}"[^>]* value="${value}"`));
    }
    expect(form).toContain('name="types" value="MouAmended" checked');
    expect(form).toContain('name="types" value="MouSigned">');
    expect(form).toContain('id="f-asOf"');
    const [, chips = ''] = /<ul class="active-filters".*?>(.*?)<\/ul>/s.exec(text) ?? [];
    const labels = [...chips.matchAll(/<bdi>(.*?)<\/bdi>/g)].map(([, label]) => label);
    expect(labels).toEqual([
      'From: 2025-10',
      'Countries: Pakistan',
      'Countries: United States',
      'Event types: Shipment announced',
      'Event types: Amendment',
      'Reported by: Dawn',
    ]);
    expect(chips).toContain('<a href="/search?q=refinery">Clear all</a>');
  });

  test('takes what its form sends without a script', async () => {
    const sent = await page(
      '/search?q=refinery&from=&to=&types=MouAmended&types=MouSigned&countries=PK,+&asOf=&order=',
    );
    expect(sent.status).toBe(308);
    expect(sent.headers.location).toBe('/search?q=refinery&types=MouAmended,MouSigned&countries=PK');
    expect(shownIn((await page(String(sent.headers.location))).text)).toEqual([uuid(2)]);
    expect((await page('/search?q=refinery&limit=50')).status).toBe(200);
    expect((await page('/search?q=refinery&limit=10')).headers.location).toBe('/search?q=refinery');
  });

  test.each([
    ['q=refinery&from=soon&topics=trade', 'from', 'f-from'],
    ['q=%22refinery&countries=PK', 'q', 'q'],
    ['q=refinery&asOf=99', 'asOf', 'f-asOf'],
    ['q=refinery&order=any', 'order', 'f-order'],
  ])('opens its form again for ?%s', async (query, parameter, id) => {
    const { status, text } = await page(`/search?${query}`);
    expect(status).toBe(400);
    expect(text).toContain('<title>Error: Search');
    expect(text).toMatch(new RegExp(`<(input|select)[^>]* id="${id}"[^>]* aria-invalid="true"`));
    expect(text).toContain(`<p class="error" id="error-${parameter}"`);
    expect(text).toContain(`<details class="filter"${parameter === 'q' ? '' : ' open'}>`);
    expect(text).toMatch(/<input\s[^>]*id="q"[^>]* value="(&quot;)?refinery"/);
    expect(text).not.toContain('active-filters');
    const { json } = await ask(chancery.url, `/search?${query}`);
    expect([json.status, json.errors[0].parameter]).toEqual([400, parameter]);
  });

  test.each(['results=names', 'q=refinery&results=names'])('keeps the state of ?%s', async (query) => {
    const { text } = await page(`/search?${query}&asOf=2`);
    expect(text).toMatch(/<input id="f-asOf"[^>]* value="\d{4}-\d\d-\d\dT[^"]+"/);
    expect(text).toContain('<aside class="banner" aria-label="Earlier state">');
  });

  test('names what is wrong although the form has no field for it', async () => {
    for (const [query, label] of [
      ['speaker=x', 'Speaker'],
      ['roles=x', 'Roles'],
      ['certain=x', 'Dates'],
    ]) {
      const { text } = await page(`/search?q=refinery&${query}`);
      expect(text).toContain(`<li><bdi>${label}</bdi>: `);
    }
    const { status, text } = await page('/search?q=refinery&limit=1000&results=all');
    expect([status, text.includes('<bdi>Limit</bdi>: '), text.includes('name="limit"')]).toEqual([
      400,
      true,
      false,
    ]);
    expect(text).toContain('<input type="hidden" name="results" value="all">');
  });
});
