import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bibtexCitation, risCitation } from '../../../src/http/formats/citation.ts';
import { correction, mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askTwice as ask, post } from '../support/client.ts';

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness(() => new Date('2026-01-05T09:00:00Z'));
  const { json } = await post(chancery.url, { ...mou, id: uuid(1) });
  await ask(chancery.url, `/countries/PK?after=${json.events[0].position}`);
  await ask(chancery.url, `/topics?after=1`);
});
afterAll(() => chancery.close());

const get = (path: string) => ask(chancery.url, path);

test('a timeline is cited as text, for BibTeX and for reference managers, in the state that it shows', async () => {
  const { token } = (await get('/countries/PK?topics=critical-minerals')).json.asOf;
  const url = `${chancery.url}/countries/PK?topics=critical-minerals&asOf=${token}`;
  expect((await get('/countries/PK.txt?topics=critical-minerals')).text).toBe(
    `“Pakistan”, in: Chancery, as of 5 January 2026, 09:00 UTC (position 1), ${url}.\n`,
  );
  expect((await get('/countries/PK.bib?topics=critical-minerals')).text).toBe(
    [
      '@misc{chancery-countries-PK-1,',
      '  title = {{Pakistan}},',
      '  howpublished = {Chancery},',
      '  year = {2026},',
      '  month = jan,',
      '  day = {05},',
      '  note = {As of 2026-01-05T09:00:00.000Z, position 1},',
      `  url = {${url}}`,
      '}',
      '',
    ].join('\n'),
  );
  expect((await get('/countries/PK.ris?topics=critical-minerals')).text.split('\r\n')).toEqual([
    'TY  - ELEC',
    'TI  - Pakistan',
    'DB  - Chancery',
    'PY  - 2026',
    'DA  - 2026/01/05',
    'N1  - As of 2026-01-05T09:00:00.000Z, position 1',
    `UR  - ${url}`,
    'ER  - ',
    '',
  ]);
  expect((await get(url.replace(chancery.url, ''))).json.entries).toHaveLength(1);
});

test('an event is cited by its current headline, and a record by its name', async () => {
  await post(chancery.url, correction(uuid(1), mou.stream, { ...mou.data, subject: 'copper & gold' }));
  const cited = (await get(`/events/${uuid(1)}.txt`)).text;
  expect(cited).toContain('“Memorandum of understanding signed: US Strategic Metals and Frontier Works');
  expect(cited).toContain('on copper & gold”, in: Chancery, as of 5 January 2026, 09:00 UTC (position 2)');
  expect((await get(`/events/${uuid(1)}.bib`)).text).toContain('copper \\& gold');
  expect((await get(`/streams/${mou.stream}.ris`)).text).toContain(`TI  - ${mou.stream}\r\n`);
  expect((await get('/streams/mou-none.ris')).status).toBe(404);
  expect((await get(`/events/${uuid(1)}.bib?x=1`)).status).toBe(400);
});

test('a list is cited as well', async () => {
  expect((await get('/countries.txt')).text).toMatch(
    /^“Countries”, in: Chancery, as of .*\/countries\?asOf=/,
  );
});

test('a title cannot break out of its field', () => {
  const citation = { title: '}, x = {\\input{a}%$\nER  - ', url: 'http://a/b}c', asOf: undefined };
  expect(bibtexCitation(citation)).toContain(
    '  title = {{\\}, x = \\{\\textbackslash{}input\\{a\\}\\%\\$\nER  - }},\n',
  );
  expect(bibtexCitation(citation)).toContain('  url = {http://a/b%7Dc}\n');
  expect(risCitation(citation).split('\r\n')).toContain('TI  - }, x = {\\input{a}%$ ER - ');
});
