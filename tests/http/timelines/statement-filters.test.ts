import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { briefing } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask } from '../support/client.ts';

const institutions = {
  CN: { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'CN' },
  PK: { name: 'Foreign Office', kind: 'government-body', country: 'PK', names: { ur: 'دفتر خارجہ' } },
  US: { name: 'Department of State', kind: 'government-body', country: 'US' },
};

/** Who says something about whom: `CN>PK` is said by China and mentions Pakistan. */
const SAID = ['CN>PK', 'CN>US', 'PK>CN', 'US>CN', 'US>PK', 'PK>'];

const events = SAID.map((said, index) => {
  const [speaker = '', about = ''] = said.split('>');
  const statement = {
    key: 's',
    speaker: { name: `Speaker of ${speaker}`, kind: 'person', country: speaker },
    speechAct: index % 2 === 0 ? 'deny' : 'affirm',
    text: [{ language: 'en', value: said }],
    quoted: 'verbatim',
    ...(about !== '' && { countries: [{ country: about, role: 'mentioned' }] }),
  };
  const institution = institutions[speaker as keyof typeof institutions];
  const data = { ...briefing.data, institution, statements: [statement] };
  return { ...briefing, stream: `briefing-${index}`, occurred: `2025-10-0${index + 1}`, data };
});

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness();
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  await ask(chancery.url, '/events', {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body,
  });
  await chancery.projections.statements.waitFor(String(events.length) as never, 10_000);
});
afterAll(() => chancery.close());

const get = (query: string, format = ''): Promise<Answer> =>
  ask(chancery.url, encodeURI(`/statements${format}?${query}`));
const textsIn = ({ json }: Answer): readonly string[] =>
  json.entries.map(({ text }: { text: readonly { value: string }[] }) => text[0]?.value);

describe('the statements', () => {
  test.each([
    ['countries=CN,PK', SAID],
    ['countries=CN,PK&role=said', ['CN>PK', 'CN>US', 'PK>CN', 'PK>']],
    ['countries=China,Pakistan&role=about', ['CN>PK', 'PK>CN', 'US>CN', 'US>PK']],
    ['countries=US&role=about', ['CN>US']],
    ['country=CN&role=said', ['CN>PK', 'CN>US']],
    ['country=CN&role=about', ['PK>CN', 'US>CN']],
    ['country=CN&role=said&countries=PK', ['CN>PK']],
    ['institution=foreign office', ['PK>CN', 'PK>']],
    ['institution=دفتر خارجہ', ['PK>CN', 'PK>']],
    ['institution=Speaker of PK', []],
    ['countries=CN,US&role=said&speechAct=affirm', ['CN>US', 'US>CN']],
    ['countries=CN,US&role=said&from=2025-10-02&to=2025-10-04', ['CN>US', 'US>CN']],
  ])('with %s are those that match, as many as the total says', async (query, expected) => {
    const whole = await get(`${query}&order=asc`);
    expect(textsIn(whole)).toEqual(expected);
    expect(whole.json.total).toBe(expected.length);
    expect((await get(`${query}&limit=1`)).json.total).toBe(expected.length);
    const lines = (await get(query, '.ndjson')).text.split('\n').filter((line) => line !== '');
    expect(lines.length).toBe(expected.length);
  });

  test.each([
    ['role=said', 'role'],
    ['countries=CN&role=heard', 'role'],
    [`institution=${'x'.repeat(1_000)}`, 'institution'],
  ])('refuse ?%s', async (query, parameter) => {
    const { status, json } = await get(query);
    expect([status, json.errors[0].parameter]).toEqual([400, parameter]);
  });

  test('do not show what they are only filtered by', async () => {
    const [entry] = (await get('limit=1')).json.entries;
    expect(Object.keys(entry)).not.toEqual(expect.arrayContaining(['countryRoles']));
    expect(Object.keys(entry)).not.toEqual(expect.arrayContaining(['institutions']));
  });
});
