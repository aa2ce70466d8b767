import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mou } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

let chancery: Harness;

beforeAll(async () => {
  chancery = await startHarness();
  for (const day of [8, 9]) {
    const event = { ...mou, stream: `mou-${day}`, occurred: `2025-09-0${day}` };
    expect((await post(chancery.url, event)).status).toBe(201);
  }
  await ask(chancery.url, '/countries/PK?after=2');
});
afterAll(() => chancery.close());

async function page(path: string): Promise<{ readonly status: number; readonly text: string }> {
  return ask(chancery.url, path, { headers: { accept: 'text/html' } });
}

describe('a filter that is not understood', () => {
  test('opens the form with what was typed, and says at each field what is wrong', async () => {
    const { status, text } = await page('/countries/PK?from=yesterday&countries=CN,Nowhere&topics=trade');
    expect(status).toBe(400);
    expect(text).toContain('<details class="filter" open>');
    expect(text).toMatch(/<section class="summary" tabindex="-1" autofocus[^>]*><h2[^>]*>2 problems to fix/);
    expect(text).toContain('<a href="#f-from">From</a>: <span dir="auto">Expected a day, a month or a year');
    expect(text).toMatch(
      /<input id="f-from"[^>]* value="yesterday"[^>]* aria-describedby="hint-from error-from" aria-invalid="true">/,
    );
    expect(text).toMatch(/<p class="error" id="error-countries"[^>]*>[^<]*Nowhere/);
    expect(text).toMatch(/<input id="f-topics"[^>]* value="trade"[^>]* aria-describedby="hint-topics">/);
    expect(text).not.toContain('class="entries"');
  });

  test('is marked at a choice as well', async () => {
    const { status, text } = await page('/statements?role=said&order=any');
    expect(status).toBe(400);
    expect(text).toContain(
      '<select id="f-role" name="role" aria-describedby="error-role" aria-invalid="true">',
    );
    expect(text).toContain('<p class="error" id="error-order"');
  });

  test('is named even if the form has no field for it', async () => {
    const { status, text } = await page('/countries/PK?colour=red&asOf=99');
    expect(status).toBe(400);
    expect(text).toContain('<bdi>colour</bdi>: ');
    expect((await page('/countries/PK?constructor=1')).text).toContain('<bdi>constructor</bdi>: ');
    expect((await page('/countries/PK?speaker=Lin')).text).toContain('<bdi>Speaker</bdi>: ');
    expect((await page('/mous?q=minerals')).text).toContain('<bdi>Words</bdi>: ');
    const late = await page('/countries/PK?asOf=99');
    expect([late.status, late.text.includes('aria-describedby="hint-asOf error-asOf"')]).toEqual([400, true]);
  });
});

describe('an earlier state', () => {
  /** What a browser sends of the instants in a form. */
  const sentBy = (text: string, names: readonly string[]): [string, string][] =>
    names.flatMap((name) => {
      const [, value] = new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(text) ?? [];
      return value === undefined ? [] : [[name, value]];
    });

  test.each([
    ['/countries/PK', ['asOfShown', 'asOf']],
    ['/statements', ['asOfShown', 'asOf']],
    ['/search?q=copper', ['asOfShown', 'asOf']],
    ['/compare?countries=PK,US', ['asOfShown', 'asOf']],
    ['/streams/mou-8/claims', ['asOfShown', 'asOf']],
  ])('stays the same when the form of %s is sent', async (path, names) => {
    const url = `${path}${path.includes('?') ? '&' : '?'}asOf=1`;
    const sent = new URLSearchParams(sentBy((await page(url)).text, names));
    expect([...sent.keys()]).toEqual(names);
    const response = await ask(chancery.url, `${path}${path.includes('?') ? '&' : '?'}${sent}`, {
      headers: { accept: 'text/html' },
    });
    expect(response.headers['location']).toMatch(/[?&]asOf=1\.[^&]+$/);
  });

  test('is the one from which changes are shown', async () => {
    const { text } = await page('/countries/PK?asOf=1');
    const sent = new URLSearchParams(sentBy(text, ['fromShown']));
    const instant = sent.get('fromShown')?.split(' ')[0] ?? '';
    const moved = await page(`/countries/PK/changes?${sent}&from=${instant}`);
    expect(moved).toMatchObject({
      status: 308,
      headers: { location: expect.stringMatching(/\?from=1\.[^&]+$/) },
    });
  });

  test('is kept by a form that is refused', async () => {
    const { status, text } = await page('/countries/PK?asOf=1&from=soon');
    expect([status, sentBy(text, ['asOfShown'])]).toEqual([400, [['asOfShown', ' 1']]]);
  });
});

describe('a filter of a list that is not understood', () => {
  test.each([
    ['/mous', 'topics=trade&inForceFrom=soon&states=dreamt', ['states', 'inForceFrom'], 'topics'],
    ['/relations', 'countries=Atlantis&from=2013', ['countries'], 'from'],
  ])('opens the form of %s again', async (path, query, refused, kept) => {
    const { status, text } = await page(`${path}?${query}&asOf=1&sort=size`);
    expect(status).toBe(400);
    expect(text).toContain('<details class="filter" open>');
    expect(text).toContain(`${refused.length + 1} problems to fix`);
    for (const name of refused) {
      expect(text).toContain(`<a href="#f-${name}">`);
      expect(text).toMatch(
        new RegExp(`id="f-${name}"[^>]* aria-describedby="[^"]*error-${name}" aria-invalid="true">`),
      );
      expect(text).toContain(`<p class="error" id="error-${name}"`);
    }
    const value = new URLSearchParams(query).get(kept);
    expect(text).toMatch(new RegExp(`<input id="f-${kept}"[^>]* value="${value}"`));
    expect(text).toContain('<input type="hidden" name="asOf" value="1">');
    expect(text).not.toContain('name="sort"');
    expect(text).not.toContain('active-filters');
    const problem = await ask(chancery.url, `${path}?${query}`);
    expect(problem.json.errors.map(({ parameter }: { parameter: string }) => parameter)).toEqual(refused);
  });

  test('is named even if the state to show is what is wrong', async () => {
    const { status, text } = await page('/relations?countries=PK&asOf=99');
    expect([status, text.includes('<bdi>As of</bdi>: ')]).toEqual([400, true]);
    expect(text).toMatch(/<input id="f-countries"[^>]* value="PK"/);
    expect(text).not.toContain('name="asOf"');
  });

  test('is a problem as everywhere if the list has no form', async () => {
    expect((await page('/topics?sort=size')).text).toContain('the page without these parameters');
  });
});

describe('dates of changes that are not understood', () => {
  test('open the form again, with the filter', async () => {
    const { status, text } = await page('/countries/PK/changes?from=soon&types=MouSigned&topics=');
    const moved = await page('/countries/PK/changes?from=soon&types=MouSigned');
    expect([status, moved.status]).toEqual([308, 400]);
    expect(text).toBe('');
    expect(moved.text).toContain('<a href="#c-from">From</a>: ');
    expect(moved.text).toMatch(/<input id="c-from"[^>]* value="soon" aria-describedby="error-from"/);
    expect(moved.text).toContain('<input type="hidden" name="types" value="MouSigned">');
    const filter = await page('/countries/PK/changes?types=Nothing&from=1');
    expect([filter.status, filter.text.includes('name="types"')]).toEqual([400, false]);
    expect(filter.text).toContain('<bdi>Event types</bdi>: ');
  });
});

describe('a timeline without entries', () => {
  test('opens its form, too', async () => {
    const { status, text } = await page('/countries/FR?from=yesterday');
    expect([status, text.includes('id="error-from"')]).toEqual([400, true]);
    expect((await page('/topics/nothing?from=yesterday')).text).toContain(
      'the page without these parameters',
    );
  });
});

describe('the active filters of a timeline', () => {
  test('can be removed one by one, and all at once', async () => {
    const { text } = await page('/countries/PK?types=MouSigned,BriefingHeld&from=2025');
    const [, list = ''] = /<ul class="active-filters".*?>(.*?)<\/ul>/s.exec(text) ?? [];
    const links = [...list.matchAll(/<a href="([^"]*)"(?: aria-label="([^"]*)")?/g)].map(
      ([, href = '', label]) => {
        return [label, href.replaceAll('&amp;', '&')];
      },
    );
    expect(links).toEqual([
      ['Remove From: 2025', '/countries/PK?types=MouSigned,BriefingHeld'],
      ['Remove Event types: Signing', '/countries/PK?types=BriefingHeld&from=2025'],
      ['Remove Event types: Briefing', '/countries/PK?types=MouSigned&from=2025'],
      [undefined, '/countries/PK'],
    ]);
  });
});

describe('the order of a page', () => {
  test('is newest first unless it is named, also on further pages, and JSON keeps its own', async () => {
    const days = (text: string) => [...text.matchAll(/<time datetime="([^"]+)"/g)].map(([, day]) => day);
    const first = await page('/countries/PK?limit=1');
    expect(days(first.text)).toEqual(['2025-09-09']);
    const [, next = ''] = /<a rel="next" href="([^"]+)"/.exec(first.text) ?? [];
    const url = next.replaceAll('&amp;', '&');
    expect(days((await page(url)).text)).toEqual(['2025-09-08']);
    expect((await ask(chancery.url, url)).json.entries).toMatchObject([{ occurred: { edtf: '2025-09-08' } }]);
    expect(days((await page('/countries/PK?order=asc')).text)).toEqual(['2025-09-08', '2025-09-09']);
    expect((await ask(chancery.url, '/countries/PK?limit=1')).json.entries).toMatchObject([
      { occurred: { edtf: '2025-09-08' } },
    ]);
    expect(first.text).toContain('href="/countries/PK.json?limit=1&amp;order=desc"');
  });
});
