import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { giveKey } from '../../access/open-access.ts';
import { mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { affirmation, confirmation, DENIAL, denial, meeting, notAware } from '../claims/talks.ts';
import { ask, post } from '../support/client.ts';

let chancery: Harness;
let last: string;

/** A link from the briefing of China to the denial, which is of another record. */
const response = {
  ...confirmation,
  id: uuid(6),
  stream: notAware.stream,
  data: { from: notAware.id, to: DENIAL, relation: 'responds-to', basis: 'The same was asked.' },
};
const EVENTS = [meeting, affirmation, denial, notAware, confirmation, response, { ...mou, id: uuid(7) }];

beforeAll(async () => {
  chancery = await startHarness();
  for (const event of EVENTS) {
    const { status, json } = await post(chancery.url, event);
    expect(status).toBe(201);
    last = json.events[0].position;
  }
  for (const path of ['/countries', '/statements', '/contradictions', '/mous']) {
    await ask(chancery.url, `${path}?after=${last}`);
  }
});
afterAll(() => chancery.close());

/** Pages without such links, and those with a query, which show a part of what the page without it does. */
const NOT_WALKED = /^\/(docs|assets|embed|problems)\b|\/(changes|facets)$|\.[a-z]+$|\?/;
const PAGES_MAX = 400;

interface Walk {
  /** Links to forms, and what is answered to them. */
  readonly forms: ReadonlyMap<string, number>;
  readonly pages: number;
}

/** Follows all links from the front page, as somebody with a key sees them. */
async function walk(headers: Readonly<Record<string, string>>): Promise<Walk> {
  const forms = new Map<string, number>();
  const known = new Set(['/', '/record', '/statements', '/contradictions', '/mous', '/events']);
  for (const path of known) {
    const { status, text } = await ask(chancery.url, path, { headers: { accept: 'text/html', ...headers } });
    if (isForm(path)) forms.set(path, status);
    for (const [, href = ''] of text.matchAll(/ href="(\/[^"#]*)/g)) {
      const url = href.replaceAll('&amp;', '&');
      if (!NOT_WALKED.test(url) || isForm(url)) known.add(url);
    }
    expect(known.size).toBeLessThan(PAGES_MAX);
  }
  return { forms, pages: known.size };
}

/** The form of an event, or of a step of a record. */
const NAMES_RECORD = /^\/record\/(\w+\/|.*[?]record=)/;

const isForm = (path: string) => /^\/(record\/|redactions\?)/.test(path);

describe.each([
  ['curator', 'briefing-in'],
  ['curator', 'mou-'],
  ['admin', 'meeting-'],
  ['recorder', 'meeting-'],
] as const)('a %s whose key is for %s', (role, prefix) => {
  test('is shown no link to a form that the key may not send, on any page', async () => {
    const scoped = await walk(giveKey(chancery.access, { role, scope: [prefix] }).headers);
    const refused = [...scoped.forms].filter(([, status]) => status !== 200);
    expect(refused).toEqual([]);
    expect(scoped.forms.size).toBeGreaterThan(0);
    const all = await walk(giveKey(chancery.access, { role, scope: [''] }).headers);
    expect([...scoped.forms.keys()].filter((form) => !all.forms.has(form))).toEqual([]);
    expect(all.forms.size).toBeGreaterThan(scoped.forms.size);
    const headers = giveKey(chancery.access, { role, scope: [prefix] }).headers;
    const hidden = [...all.forms.keys()].filter((form) => !scoped.forms.has(form) && NAMES_RECORD.test(form));
    for (const form of hidden) {
      const { status } = await ask(chancery.url, form, { headers: { accept: 'text/html', ...headers } });
      expect([form, status]).toEqual([form, 403]);
    }
  });
});

test('the withdrawal of a link is shown to those who may change the record that it comes from', async () => {
  const withdrawals = async (prefix: string) => {
    const { headers } = giveKey(chancery.access, { role: 'curator', scope: [prefix] });
    const { text } = await ask(chancery.url, `/events/${DENIAL}`, {
      headers: { accept: 'text/html', ...headers },
    });
    return [...text.matchAll(/\/record\/withdrawals\/([^"]+)"/g)].map(([, id]) => id);
  };
  expect(await withdrawals('briefing-in')).toEqual([confirmation.id]);
  expect(await withdrawals('briefing-cn')).toEqual([response.id]);
  expect(await withdrawals('')).toEqual([confirmation.id, response.id]);
});

test.each([
  ['reader', false],
  ['recorder', false],
  ['curator', true],
] as const)('for a %s, the page of an event reads the links to it: %j', async (role, isRead) => {
  const { headers } = giveKey(chancery.access, { role, scope: [''] });
  const readEvent = jest.spyOn(chancery.store, 'readEvent');
  try {
    const page = await ask(chancery.url, `/events/${DENIAL}`, {
      headers: { accept: 'text/html', ...headers },
    });
    expect([page.status, page.text.includes('Withdraw link')]).toEqual([200, isRead]);
    expect(readEvent.mock.calls.some(([id]) => id === response.id)).toBe(isRead);
  } finally {
    readEvent.mockRestore();
  }
});

test('a link to an event that is not what was recorded is not trusted', async () => {
  const { headers } = giveKey(chancery.access, { role: 'curator', scope: [''] });
  const path = `/events/${DENIAL}`;
  const recorded = await chancery.store.readEvent(response.id);
  if (recorded === undefined) throw new Error('The link is not in the log');
  const { readEvent } = chancery.store;
  const altered = jest
    .spyOn(chancery.store, 'readEvent')
    .mockImplementation(async (id) =>
      id === response.id ? { ...recorded, stream: 'briefing-in-2025' } : readEvent.call(chancery.store, id),
    );
  try {
    const page = await ask(chancery.url, path, { headers: { accept: 'text/html', ...headers } });
    expect(page.status).toBe(500);
  } finally {
    altered.mockRestore();
  }
});
