import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, retraction, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, nextOf, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(chancery.url, encodeURI(path), { headers });

async function record(event: object): Promise<string> {
  const { status, json } = await post(chancery.url, event);
  expect(status).toBe(201);
  const position = json.events.at(-1).position as string;
  expect((await get(`/statements?after=${position}`)).status).toBe(200);
  return position;
}

const stream = 'briefing-mfa';
const linJian = { name: 'Lin Jian', kind: 'person', country: 'CN', names: { zh: '林剑' } };
const attribution = [
  { name: 'Lin Jian', kind: 'person', country: 'CN' },
  { name: 'Xinhua', kind: 'media' },
];

const denial = {
  key: 'denial',
  speaker: linJian,
  speechAct: 'deny',
  text: [{ language: 'en', value: 'The measures have nothing to do with Pakistan.' }],
  quoted: 'paraphrase',
  questions: [{ outlet: 'Reuters', text: 'Is it about Pakistan?' }],
  about: ['mou-ussm-fwo-2025'],
  countries: [{ country: 'PK', role: 'mentioned' }],
  topics: ['export-controls'],
  attribution,
};
const assurance = {
  key: 'assurance',
  speaker: { name: 'Pakistan', kind: 'state', country: 'PK' },
  speechAct: 'assure',
  text: [{ language: 'en', value: 'It will never harm China.' }],
  quoted: 'paraphrase',
  countries: [{ country: 'CN', role: 'target' }],
};
const affirmation = {
  key: 'lawful',
  speaker: linJian,
  speechAct: 'affirm',
  text: [{ language: 'en', value: 'The measures are lawful.' }],
  quoted: 'verbatim',
};

const dataWith = (...statements: object[]) => ({ ...briefing.data, statements });
const event = { ...briefing, id: uuid(1), stream, data: dataWith(denial, assurance, affirmation) };
const keysOf = ({ json }: Answer): string[] =>
  json.entries.map(({ statement }: { statement: string }) => statement);

describe('GET /statements', () => {
  test('shows each statement with its speaker, text, countries and attribution', async () => {
    const position = await record(event);
    const { status, json } = await get('/statements');
    expect([status, Object.keys(json)]).toEqual([
      200,
      ['statements', 'asOf', 'total', 'isTotalExact', 'entries', 'next'],
    ]);
    expect(json.statements).toEqual({ country: null, about: null });
    expect(json.entries.map(({ statement }: { statement: string }) => statement)).toEqual([
      'denial',
      'assurance',
      'lawful',
    ]);
    expect(json.entries[0]).toEqual({
      id: uuid(1),
      stream,
      statement: 'denial',
      type: 'BriefingHeld',
      occurred: { edtf: '2025-10-13', earliest: '2025-10-13', latest: '2025-10-13', certainty: 'certain' },
      speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
      institution: { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'CN' },
      speechAct: 'deny',
      text: denial.text,
      quoted: 'paraphrase',
      questions: denial.questions,
      about: ['mou-ussm-fwo-2025'],
      countries: ['CN', 'PK'],
      roles: { CN: ['speaker', 'issuer'], PK: ['mentioned'] },
      topics: ['export-controls'],
      attribution,
      sources: 1,
      status: 'current',
      versions: 1,
      position,
      recordedAt: expect.any(String),
      speechActs: ['deny'],
    });
    expect(json.entries[2]).toMatchObject({
      about: [],
      topics: [],
      attribution: [],
      roles: { CN: ['speaker', 'issuer'] },
    });
    expect(json.entries[2]).not.toHaveProperty('question');
  });

  test.each([
    ['', ['denial', 'assurance', 'lawful']],
    ['country=PK', ['denial', 'assurance']],
    ['country=Pakistan', ['denial', 'assurance']],
    ['country=CN', ['denial', 'assurance', 'lawful']],
    ['country=US', []],
    ['speechAct=deny', ['denial']],
    ['speechAct=deny,assure&country=PK', ['denial', 'assurance']],
    ['speaker=Lin Jian', ['denial', 'lawful']],
    ['speaker=LIN  JIAN', ['denial', 'lawful']],
    ['speaker=Ｌｉｎ Jian', ['denial', 'lawful']],
    ['speaker=林剑', ['denial', 'lawful']],
    ['speaker=Lin', []],
    ['speaker=ministry of foreign affairs', ['denial', 'assurance', 'lawful']],
    ['topics=export-controls', ['denial']],
    ['topics=rare-earths', []],
    ['countries=PK', ['denial', 'assurance']],
    ['from=2025-11', []],
    ['to=2025-10&certain=true&order=desc', ['lawful', 'assurance', 'denial']],
  ])('filters by ?%s', async (query, keys) => {
    await record(event);
    expect(keysOf(await get(`/statements?${query}`))).toEqual(keys);
  });

  test('names the country whose statements it shows', async () => {
    await record(event);
    const { json } = await get('/statements?country=Pakistan');
    expect(json.statements).toEqual({ country: { code: 'PK', name: 'Pakistan' }, about: null });
  });

  test('matches a name in another Unicode form', async () => {
    const speaker = { name: 'Jose\u0301 Ferna\u0301ndez | Chief', kind: 'person' };
    await record({ ...event, data: dataWith({ ...affirmation, speaker }) });
    expect(keysOf(await get('/statements?speaker=JOSÉ FERNÁNDEZ | CHIEF'))).toEqual(['lawful']);
  });

  test.each([
    ['Straße', 'STRASSE'],
    ['İbrahim', 'ibrahim'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ])('finds the speaker %s as %s', async (name, sought) => {
    await record({ ...event, data: dataWith({ ...affirmation, speaker: { name, kind: 'person' } }) });
    expect(keysOf(await get(`/statements?speaker=${sought}`))).toEqual(['lawful']);
  });

  test.each([
    ['country=Congo', ['country']],
    ['country=', ['country']],
    ['country=CN,PK', ['country']],
    ['speechAct=mumble', ['speechAct']],
    ['speaker= ', ['speaker']],
    [`speaker=${'x'.repeat(301)}`, ['speaker']],
    ['speechActs=deny', ['speechActs']],
    ['types=BriefingHeld', ['types']],
    ['country=Congo&from=soon', ['from', 'country']],
  ])('refuses ?%s', async (query, parameters) => {
    const { status, json } = await get(`/statements?${query}`);
    expect([status, json.type]).toEqual([400, '/problems/invalid-query']);
    expect(json.errors.map(({ parameter }: { parameter: string }) => parameter)).toEqual(parameters);
  });

  test('removes, adds and changes statements when their briefing is corrected', async () => {
    const first = await record(event);
    const milder = { ...assurance, speechAct: 'promise' };
    const second = await record(correction(uuid(1), stream, dataWith(milder)));
    const third = await record(
      correction(uuid(1), stream, dataWith(denial, milder, affirmation, { ...denial, key: 'new' })),
    );
    await record(retraction(uuid(1), stream));
    const asOf = async (position: string) => {
      const { json } = await get(`/statements?asOf=${position}`);
      return json.entries.map(({ statement, speechAct, status }: Record<string, string>) => {
        return `${statement} ${speechAct} ${status}`;
      });
    };
    expect(await asOf(first)).toEqual([
      'denial deny current',
      'assurance assure current',
      'lawful affirm current',
    ]);
    expect(await asOf(second)).toEqual(['assurance promise corrected']);
    expect(await asOf(third)).toEqual([
      'denial deny corrected',
      'assurance promise corrected',
      'lawful affirm corrected',
      'new deny corrected',
    ]);
    const now = await get('/statements?country=PK');
    expect(keysOf(now)).toEqual(['denial', 'assurance', 'new']);
    expect(now.json.entries).toMatchObject(Array(3).fill({ status: 'retracted', versions: 4 }));
    expect(keysOf(await get(`/statements?country=CN&asOf=${second}`))).toEqual(['assurance']);
  });

  test('repeats all parameters in the URL of the next page, even a name with a question mark', async () => {
    const asker = { ...denial, speaker: { name: 'Who?', kind: 'person' } };
    const both = { ...briefing.data, statements: [asker, { ...asker, key: 'again' }] };
    await record({ ...briefing, stream, data: both });
    const first = await get('/statements?limit=1&speaker=Who?&speechAct=deny');
    expect(new URLSearchParams(nextOf(first)?.split('?')[1])).toEqual(
      new URLSearchParams({
        limit: '1',
        speaker: 'Who?',
        speechAct: 'deny',
        cursor: first.json.next,
      }),
    );
    expect((await ask(chancery.url, nextOf(first) ?? '')).json.entries).toMatchObject([
      { statement: 'again' },
    ]);
  });

  test('is paged, and returns 304 until a statement is added', async () => {
    await record(event);
    const first = await get('/statements?limit=2');
    const second = await get(decodeURI(nextOf(first) ?? ''));
    expect([first, second].map(keysOf)).toEqual([['denial', 'assurance'], ['lawful']]);
    // when: an event without statements is recorded
    await record(mou);
    const conditional = { 'if-none-match': String(first.headers['etag']) };
    expect((await get('/statements?limit=2', conditional)).status).toBe(304);
  });
});
