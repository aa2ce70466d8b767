import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Harness } from '../harness.ts';
import { type Answer, ask } from '../http/support/client.ts';
import { startWithGeneratedEvents } from '../http/support/generated-history.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(5);
const EVENTS = 60;

let chancery: Harness;
beforeAll(async () => {
  chancery = await startWithGeneratedEvents(EVENTS);
  for (const projection of Object.values(chancery.projections)) {
    await projection.waitFor(String(EVENTS) as never, 10_000);
  }
});
afterAll(() => chancery.close());

/** Query parameter → values, each of which is understood by itself. */
type Filters = Readonly<Record<string, readonly string[]>>;

const DAYS: Filters = { from: ['2009', '2009-01-05'], to: ['2009-01-20', '2009'], certain: ['true'] };
const WORDS: Filters = { q: ['rare', '"rare earths"'], outlet: ['Xinhua'], relay: ['Lin Jian'] };
const LISTED: Filters = { countries: ['PK', 'China,US'], topics: ['trade', 'trade,Rare Earths'] };
const EVENT_LISTS: Filters = {
  ...LISTED,
  types: ['BriefingHeld', 'MouSigned,BriefingHeld'],
  speechActs: ['deny'],
};
const EVENT_FILTERS = { ...DAYS, ...WORDS, ...EVENT_LISTS };

const PAGES: Readonly<Record<string, Filters>> = {
  '/countries/PK': { ...EVENT_FILTERS, roles: ['speaker', 'speaker,host'] },
  '/relations/CN/US': { ...WORDS, ...LISTED, roles: ['CN:speaker'] },
  '/search': { ...EVENT_FILTERS, q: ['rare'] },
  '/mous/unknown': { ...WORDS, ...EVENT_LISTS },
  '/statements': {
    ...DAYS,
    ...WORDS,
    ...LISTED,
    country: ['CN', 'China'],
    about: ['mou-one'],
    role: ['said', 'about'],
    speechAct: ['deny', 'deny,affirm'],
    speaker: ['Lin Jian'],
    institution: ['Ministry'],
  },
  '/compare': { ...DAYS, ...WORDS, ...EVENT_LISTS, countries: ['CN,US'] },
  '/mous': {
    ...LISTED,
    from: ['2009'],
    to: ['2010'],
    inForceFrom: ['2009'],
    inForceTo: ['2010'],
    states: ['signed', 'signed,none'],
    instruments: ['mou'],
    parties: ['bilateral'],
    sort: ['title'],
  },
  '/relations': {
    countries: ['PK', 'PK,US'],
    from: ['2009'],
    to: ['2010'],
    sort: ['entries'],
    order: ['desc'],
  },
};

/** The changes of a timeline call its days otherwise. */
function changesFilters({ from, to, ...others }: Filters): Filters {
  return { ...others, ...(from && { occurredFrom: from }), ...(to && { occurredTo: to }) };
}

const CHANGES = ['/countries/PK', '/statements'].map((path) => {
  return [`${path}/changes`, changesFilters(PAGES[path] ?? {})] as const;
});

const FILTERED: Readonly<Record<string, Filters>> = { ...PAGES, ...Object.fromEntries(CHANGES) };

type Choice = readonly [name: string, value: string];

function choicesOf(filters: Filters): readonly Choice[] {
  return Object.entries(filters).flatMap(([name, values]) => values.map((value) => [name, value] as const));
}

function urlOf(path: string, choices: readonly Choice[]): string {
  return `${path}?${new URLSearchParams(Object.fromEntries(choices))}`;
}

async function page(url: string): Promise<Answer> {
  const answer = await ask(chancery.url, url, { headers: { accept: 'text/html' } });
  return answer.status === 308 ? page(String(answer.headers.location)) : answer;
}

function removals({ text }: Answer): readonly string[] {
  const [, list = ''] = /<ul class="active-filters".*?>(.*?)<\/ul>/s.exec(text) ?? [];
  return [...list.matchAll(/<a href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
}

/** Follows every link that removes a filter of the page. A page that is refused must have none. */
async function followRemovals(url: string): Promise<void> {
  const found = await page(url);
  if (found.status === 400) expect(removals(found)).toEqual([]);
  else expect([url, found.status]).toEqual([url, 200]);
  for (const link of removals(found)) {
    expect([url, link, (await page(link)).status]).toEqual([url, link, 200]);
  }
}

describe.each(Object.entries(FILTERED))('removing a filter of %s leads to a page', (path, filters) => {
  test('from any two filters', async () => {
    const choices = Object.entries(filters).map(([name, [value = '']]) => [name, value] as const);
    for (const [index, one] of choices.entries()) {
      for (const other of choices.slice(index + 1)) await followRemovals(urlOf(path, [one, other]));
    }
  });

  test('from any number of filters', async () => {
    const some = fc.shuffledSubarray([...choicesOf(filters)], { minLength: 3 });
    const distinct = some.map((chosen) => [...new Map(chosen)]);
    await fc.assert(
      fc.asyncProperty(distinct, (chosen) => followRemovals(urlOf(path, chosen))),
      { numRuns },
    );
  });
});
