import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Harness, startHarness } from '../harness.ts';
import { mou, uuid } from '../recording/sent-events.ts';
import { type Answer, ask, post } from './client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

type Fields = Readonly<Record<string, string>>;

function send(path: string, fields: Fields | string, headers: Fields = {}): Promise<Answer> {
  const body = typeof fields === 'string' ? fields : String(new URLSearchParams(fields));
  return ask(chancery.url, path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', ...headers },
    body,
  });
}

const logged = async () => (await ask(chancery.url, '/events')).json.events;

const unescaped = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** What a form shows: the values of its fields, and what is told at each. */
function formIn(text: string) {
  const values = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(
    /<input[^>]* name="(\/[^"]*)"[^>]* value="([^"]*)"/g,
  )) {
    values.set(name, unescaped(value));
  }
  for (const [, name = '', options = ''] of text.matchAll(
    /<select[^>]* name="([^"]*)"[^>]*>(.*?)<\/select>/g,
  )) {
    values.set(name, /<option value="([^"]*)" selected>/.exec(options)?.[1] ?? '');
  }
  for (const [, name = '', value = ''] of text.matchAll(
    /<textarea[^>]* name="([^"]*)"[^>]*>\n(.*?)<\/textarea>/gs,
  )) {
    values.set(name, unescaped(value));
  }
  const told = [
    ...text.matchAll(/<p class="error" id="f([^"]*)\.error"[^>]*><span[^>]*>Error: <\/span>(.*?)<\/p>/g),
  ];
  const errors = Object.fromEntries(told.map(([, name = '', detail = '']) => [name, unescaped(detail)]));
  return { values, errors };
}

/** Opens a form; what is typed is laid over its fields. */
async function opened(path: string, typed: Fields): Promise<Fields> {
  const { status, text } = await ask(chancery.url, path);
  expect(status).toBe(200);
  return { ...Object.fromEntries(formIn(text).values), ...typed };
}

const source = { '/sources/0/outlet': 'Dawn' };
const briefing = {
  '/data/institution/name': 'Ministry of Foreign Affairs',
  '/data/institution/kind': 'government-body',
  '/data/institution/country': 'PRC',
  '/occurred': '2025-10-13',
  '/data/host': '中国',
  '/data/format': 'regular',
  '/data/topics': 'rare-earths',
  '/data/statements/0/speaker/name': 'Lin Jian',
  '/data/statements/0/speaker/kind': 'person',
  '/data/statements/0/speaker/country': 'China',
  '/data/statements/0/speechAct': 'deny',
  '/data/statements/0/quoted': 'paraphrase',
  '/data/statements/0/text/language': 'en',
  '/data/statements/0/text/value': 'The reports are pure fabrication.',
  '/data/statements/0/countries:mentioned': 'Pakistan',
  ...source,
};
const signing = {
  '/stream': mou.stream,
  '/data/title': 'Memorandum on critical minerals',
  '/data/subject': 'critical minerals',
  '/data/instrument': 'mou',
  '/occurred': '2025-09-08',
  '/data/parties/0/name': 'US Strategic Metals',
  '/data/parties/0/kind': 'company',
  '/data/parties/0/country': 'US',
  '/data/parties/1/name': 'Frontier Works Organization',
  '/data/parties/1/kind': 'government-body',
  '/data/parties/1/country': 'PK',
  ...source,
};
const shipment = {
  '/type': 'ShipmentDispatched',
  '/occurred': '2025-09-08/2025-10-13',
  '/data/implements': mou.stream,
  '/data/goods/0/description': 'antimony',
  '/data/origin/country': 'PK',
  '/data/destination/country': 'US',
  ...source,
};

describe('Opening', () => {
  test('/record offers the three forms', async () => {
    const { status, headers, text } = await ask(chancery.url, '/record');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const path of ['briefing', 'mou', 'shipment']) expect(text).toContain(`href="/record/${path}"`);
  });

  test('gives each form an id of its own, and lets no cache keep it', async () => {
    const [first, second] = [await ask(chancery.url, '/record/mou'), await ask(chancery.url, '/record/mou')];
    const ids = [first, second].map(({ text }) => formIn(text).values.get('/id'));
    for (const id of ids)
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(ids[0]).not.toBe(ids[1]);
    expect(first.headers['cache-control']).toBe('no-cache');
    expect(first.headers['content-security-policy']).toContain("form-action 'self'");
  });

  test.each(['/record', '/record/mou', `/record/receipts/${uuid(1)}`])(
    '%s has no parameters',
    async (path) => {
      expect((await ask(chancery.url, `${path}?x=1`)).status).toBe(400);
    },
  );

  test('knows no other form, and takes no other method', async () => {
    expect((await ask(chancery.url, '/record/treaty')).status).toBe(404);
    expect((await ask(chancery.url, `/record/receipts/${uuid(1)}`)).status).toBe(404);
    expect(await ask(chancery.url, '/record/mou', { method: 'PUT' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD, POST' },
    });
    expect((await ask(chancery.url, '/record', { method: 'POST' })).status).toBe(405);
  });
});

describe('Recording', () => {
  test.each<[path: string, typed: Fields, event: object]>([
    [
      'briefing',
      briefing,
      {
        type: 'BriefingHeld',
        data: {
          host: 'CN',
          institution: { country: 'CN' },
          statements: [{ key: '1', countries: [{ country: 'PK', role: 'mentioned' }] }],
        },
        verbatim: { '/data/host': '中国', '/data/institution/country': 'PRC' },
        actor: 'local',
      },
    ],
    [
      'mou',
      signing,
      { type: 'MouSigned', stream: mou.stream, data: { parties: [{ country: 'US' }, { country: 'PK' }] } },
    ],
    ['shipment', shipment, { type: 'ShipmentDispatched', data: { implements: [mou.stream] } }],
  ])('a %s leads to its receipt, once however often it is sent', async (path, typed, event) => {
    const fields = { ...(await opened(`/record/${path}`, typed)), do: 'record' };
    const answers = await Promise.all([1, 2, 3].map(() => send(`/record/${path}`, fields)));
    const location = `/record/receipts/${fields['/id' as keyof typeof fields]}`;
    for (const answer of answers) expect(answer).toMatchObject({ status: 303, headers: { location } });
    expect(await logged()).toEqual([expect.objectContaining({ id: fields['/id' as keyof typeof fields] })]);
    expect((await logged())[0]).toMatchObject(event);
    const receipt = await ask(chancery.url, location);
    expect(receipt.text).toContain('At position 1,');
    const country = /href="(\/countries\/PK\?after=1)"/.exec(receipt.text)?.[1] ?? '';
    const timeline = await ask(chancery.url, country);
    expect(timeline.json.entries).toMatchObject([{ id: fields['/id' as keyof typeof fields] }]);
  });

  test('tells on the receipt what deserves a second look, as it stood when it was recorded', async () => {
    const fields = await opened('/record/shipment', {
      ...shipment,
      '/type': 'ShipmentArrived',
      do: 'record',
    });
    const { headers } = await send('/record/shipment', fields);
    const receipt = await ask(chancery.url, headers['location'] ?? '');
    expect(receipt.text).toContain('No dispatch is recorded for this arrival.');
    expect(receipt.text).toContain(`Nothing is recorded yet under ${mou.stream}.`);
  });
});

describe('A preview', () => {
  test('says what would be recorded and which timelines it touches, and records nothing', async () => {
    const fields = await opened('/record/briefing', briefing);
    const { status, text } = await send('/record/briefing', fields);
    expect(status).toBe(200);
    expect(text).toContain('<title>Preview: Record a briefing – Chancery</title>');
    expect(text).toContain(
      'Ministry of Foreign Affairs, regular briefing: The reports are pure fabrication.',
    );
    expect(text).toContain('<time datetime="2025-10-13">13 October 2025</time>');
    expect(text).toContain('5 timelines that it touches');
    expect(text).toMatch(/href="\/countries\/CN"[^>]*>China<\/a> as host, speaker/);
    expect(text).toMatch(/href="\/countries\/PK"[^>]*>Pakistan<\/a> as mentioned/);
    expect(text).toMatch(/href="\/topics\/rare-earths"/);
    expect(text).toMatch(/href="\/relations\/CN\/PK"[^>]*>China and Pakistan</);
    expect(text).toMatch(/href="\/statements"[^>]*>1 statement</);
    expect(await logged()).toEqual([]);
    // Everything that was typed is in the form below it, to be recorded or changed.
    expect(Object.fromEntries(formIn(text).values)).toMatchObject(fields);
    expect((await send('/record/briefing', { ...fields, do: 'record' })).status).toBe(303);
  });

  test('warns before it is recorded, and leads to the field', async () => {
    const { text } = await send('/record/shipment', await opened('/record/shipment', shipment));
    expect(text).toContain(
      '<a href="#f/data/implements">What it is about, agreements that it carries out</a>: Nothing is recorded yet under mou-ussm-fwo-2025.',
    );
  });

  test('of what is recorded already says so', async () => {
    const fields = await opened('/record/mou', signing);
    await send('/record/mou', { ...fields, do: 'record' });
    const { status, text } = await send('/record/mou', fields);
    expect(status).toBe(200);
    expect(text).toContain('This is recorded already');
    expect(await logged()).toHaveLength(1);
  });
});

describe('What is wrong', () => {
  test.each<[path: string, typed: Fields, errors: Fields]>([
    [
      'briefing',
      {},
      {
        '/data/institution/name': 'This field is required: a text.',
        '/data/institution/kind':
          'This field is required: one of state, government-body, company, igo, person, armed-group, media.',
        '/occurred': 'This field is required: a text.',
        '/data/host': 'This field is required: a text.',
        '/data/format': 'This field is required: one of regular, special, gaggle, joint, written-statement.',
        '/sources/0/outlet': 'This field is required: a text.',
      },
    ],
    [
      'briefing',
      { ...briefing, '/data/host': 'Congo', '/occurred': '05/06/2025', '/data/topics': 'Rare Earths' },
      {
        '/data/host': expect.stringContaining(
          'CG for Congo (Brazzaville) or CD for Congo (Kinshasa)',
        ) as unknown as string,
        '/occurred': expect.stringContaining('2025-') as unknown as string,
        '/data/topics': expect.stringContaining('here perhaps rare-earths') as unknown as string,
      },
    ],
    [
      'briefing',
      {
        ...briefing,
        '/data/startsAt/local': '2025-10-14T15:00',
        '/data/startsAt/zone': 'Asia/Shanghai',
      },
      {
        '/data/startsAt/local':
          'The event is dated otherwise; occurred has to allow 2025-10-14, the local day at its place.',
      },
    ],
    [
      'briefing',
      {
        ...briefing,
        '/data/statements/0/countries:target': 'US',
        '/data/statements/0/countries:mentioned': 'PK, Georgia',
        '/data/statements/0/attribution/0/name': 'Xinhua',
        '/data/statements/0/about': 'the memorandum',
        '/data/transcripts/0/url': 'javascript:alert(1)',
        '/sources/0/url': 'example.org',
        '/sources/0/language': 'English!',
        '/sources/0/retrievedAt': 'yesterday',
      },
      {
        '/data/statements/0/countries:mentioned': expect.stringContaining('Georgia') as unknown as string,
        '/data/statements/0/attribution/0/kind': expect.stringContaining('required') as unknown as string,
        '/data/statements/0/about': expect.stringContaining(
          'Expected the id of an event',
        ) as unknown as string,
        '/data/transcripts/0/url': 'Expected a whole address that begins with http:// or https://.',
        '/data/transcripts/0/language': 'This field is required: a text.',
        '/sources/0/url': 'Expected a whole address that begins with http:// or https://.',
        '/sources/0/language': 'Expected a language tag by BCP 47, such as en, ur or zh-Hans.',
        '/sources/0/retrievedAt': 'Expected an instant by RFC 3339, such as 2025-10-13T07:00:00Z.',
      },
    ],
    [
      'mou',
      {
        ...signing,
        '/stream': 'Memorandum',
        '/data/parties/1/kind': '',
        '/data/amounts/0/value': '1,000',
        '/data/amounts/0/currency': 'Rupees',
        '/data/signatories/0/person': 'A. Khan',
        '/data/signatories/0/party': 'Somebody else',
        '/data/place/name': 'Islamabad',
        '/data/goods/0/description': 'copper',
        '/data/goods/0/hsCode': '26.03',
      },
      {
        '/stream': expect.stringMatching(/^Expected <category>-<key>/) as unknown as string,
        '/data/parties/1/kind': expect.stringContaining('required') as unknown as string,
        '/data/amounts/0/value': expect.stringContaining('"500000000"') as unknown as string,
        '/data/amounts/0/currency': 'Expected a currency code by ISO 4217, such as USD.',
        '/data/amounts/0/qualifier': expect.stringContaining('required') as unknown as string,
        '/data/amounts/0/role': expect.stringContaining('required') as unknown as string,
        '/data/place/country': 'This field is required: a text.',
        '/data/goods/0/hsCode': expect.stringContaining('260300') as unknown as string,
      },
    ],
    [
      'mou',
      { ...signing, '/data/signatories/0/person': 'A. Khan', '/data/signatories/0/party': 'Somebody else' },
      { '/data/signatories/0/party': 'Expected the name of one of the parties.' },
    ],
    [
      'shipment',
      { ...source, '/type': 'ShipmentAnnounced', '/occurred': '2025' },
      {
        '/data/origin/country': 'This field is required: a text.',
        '/data/destination/country': 'This field is required: a text.',
        '/data/goods/0/description': 'This field is required: a text.',
      },
    ],
    [
      'shipment',
      {
        ...shipment,
        '/type': 'ShipmentDispatched',
        '/data/places/0/country': 'US',
        '/data/origin/locode': 'karachi',
      },
      {
        '/data/places': 'There is no such field here; leave it out.',
        '/data/origin/locode': 'Expected a UN/LOCODE, such as PKKHI.',
      },
    ],
    [
      'shipment',
      { ...shipment, '/type': 'ShipmentArrived', '/data/expectedOn': '2025-11' },
      { '/data/expectedOn': 'There is no such field here; leave it out.' },
    ],
  ])('in a %s is told at its field, and in the list at the top (%#)', async (path, typed, errors) => {
    const fields = await opened(`/record/${path}`, typed);
    for (const button of ['preview', 'record']) {
      const { status, text } = await send(`/record/${path}`, { ...fields, do: button });
      expect(status).toBe(400);
      const { values, errors: told } = formIn(text);
      expect(told).toEqual(errors);
      for (const name of Object.keys(errors)) {
        expect(text).toContain(`<a href="#f${name}">`);
        expect(text).toMatch(new RegExp(`id="f${name}"[^>]*aria-describedby="f${name}\\.error`));
      }
      expect(Object.fromEntries(values)).toMatchObject(typed);
      expect(text).toContain('<title>Error: ');
    }
    expect(await logged()).toEqual([]);
  });

  test('with a choice that is not offered is told as well, and chosen is nothing', async () => {
    const typed = { ...signing, '/data/binding': 'perhaps', '/data/instrument': 'pact' };
    const { values, errors } = formIn((await send('/record/mou', await opened('/record/mou', typed))).text);
    expect(errors).toEqual({
      '/data/binding': 'Expected true or false.',
      '/data/instrument': expect.stringContaining('Expected one of mou, letter-of-intent'),
    });
    expect([values.get('/data/binding'), values.get('/data/instrument')]).toEqual(['', '']);
  });

  test('has the words of the API', async () => {
    const fields = await opened('/record/mou', { ...signing, '/data/title': '', '/occurred': '2025-02-30' });
    const told = formIn((await send('/record/mou', fields)).text).errors;
    const data = { ...mou.data, title: undefined };
    const { json } = await post(chancery.url, { ...mou, data, occurred: '2025-02-30' });
    expect(json.errors.map(({ pointer, detail }: Fields) => [pointer, detail]).sort()).toEqual(
      Object.entries(told).sort(),
    );
  });

  test('with the form itself stands in the list alone', async () => {
    const { status, text } = await send('/record/mou', { ...signing, '/id': 'x', do: 'record' });
    expect(status).toBe(400);
    expect(text).toContain('<li><span dir="auto">Expected a UUID.</span></li>');
    expect((await send('/record/mou', { ...signing, do: 'record' })).status).toBe(400);
  });

  test('with the log keeps what was typed', async () => {
    await chancery.store.close();
    const fields = await opened('/record/mou', { ...signing, do: 'record' });
    const { status, text } = await send('/record/mou', fields);
    expect(status).toBe(503);
    expect(text).toContain('The log takes no events until');
    expect(formIn(text).values.get('/data/title')).toBe('Memorandum on critical minerals');
  });
});

describe('A form that was recorded and is used again', () => {
  test('is told what is recorded, and may go on as another event', async () => {
    const fields = await opened('/record/mou', { ...signing, do: 'record' });
    await send('/record/mou', fields);
    const changed = { ...fields, '/occurred': '2025-09-09', '/stream': '' };
    const refused = await send('/record/mou', changed);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('Something else was recorded with this form');
    expect(refused.text).toContain(
      `<a href="/events/${Object.entries(fields).find(([name]) => name === '/id')?.[1]}"`,
    );
    expect(refused.text).toContain('Memorandum of understanding signed: US Strategic Metals');
    expect(await logged()).toHaveLength(1);

    const renewed = await send('/record/mou', { ...changed, do: 'renew' });
    expect(renewed.status).toBe(200);
    const again = { ...Object.fromEntries(formIn(renewed.text).values), do: 'record' };
    expect(again).toMatchObject({ '/occurred': '2025-09-09' });
    expect((await send('/record/mou', again)).status).toBe(303);
    expect(await logged()).toHaveLength(2);
  });
});

describe('Rows', () => {
  test('come one at a time, with what was typed, and take the focus', async () => {
    const fields = await opened('/record/briefing', { ...briefing, add: '/data/statements' });
    const { status, text } = await send('/record/briefing', fields);
    expect(status).toBe(200);
    expect(text).toMatch(/id="f\/data\/statements\/1\/speaker\/name"[^>]* autofocus/);
    const { values } = formIn(text);
    expect(values.get('/data/statements/0/text/value')).toBe('The reports are pure fabrication.');
    expect(values.get('/id')).toBe(fields['/id' as keyof typeof fields]);
    const nested = await send('/record/briefing', {
      ...Object.fromEntries(values),
      add: '/data/statements/1/attribution',
    });
    expect(nested.text).toMatch(/<details class="folded inner" open>/);
    expect(nested.text).toMatch(/id="f\/data\/statements\/1\/attribution\/1\/name"[^>]* autofocus/);
    expect(await logged()).toEqual([]);
  });

  test('go, and the others close up', async () => {
    const third = {
      '/data/parties/2/name': 'Third',
      '/data/parties/2/kind': '',
      '/data/parties/2/country': '',
    };
    const fields = await opened('/record/mou', { ...signing, ...third, remove: '/data/parties/0' });
    const { text } = await send('/record/mou', fields);
    const { values } = formIn(text);
    expect(values.get('/data/parties/0/name')).toBe('Frontier Works Organization');
    expect(values.get('/data/parties/1/name')).toBe('Third');
    expect(values.has('/data/parties/2/name')).toBe(false);
  });

  test('that are left empty are passed over, and an error is at the row where it is shown', async () => {
    const rows = { '/data/parties/0/name': '', '/data/parties/0/kind': '', '/data/parties/0/country': '' };
    const third = {
      '/data/parties/2/name': 'Third',
      '/data/parties/2/kind': 'company',
      '/data/parties/2/country': 'Congo',
    };
    const { text } = await send(
      '/record/mou',
      await opened('/record/mou', { ...signing, ...rows, ...third }),
    );
    const { values, errors } = formIn(text);
    expect(Object.keys(errors)).toEqual(['/data/parties/1/country']);
    expect(values.get('/data/parties/1/name')).toBe('Third');
  });

  test('end somewhere', async () => {
    const rows = Object.fromEntries(
      Array.from({ length: 100 }, (_, row) => [`/sources/${row}/outlet`, `${row}`]),
    );
    const full = await send('/record/mou', { ...signing, ...rows, add: '/sources' });
    expect(full.status).toBe(200);
    expect(full.text).toContain('More than 100 are for the API.');
    expect(full.text).not.toContain('name="/sources/100/outlet"');
    expect((await send('/record/mou', { '/sources/100/outlet': 'x' })).status).toBe(400);
  });
});

describe('Hostile input', () => {
  const hostile = `"><script>alert(1)</script>'&amp;<img src=x onerror=alert(2)>\u202e`;

  test('comes back as it was typed and as nothing but text', async () => {
    const names = [...formIn((await ask(chancery.url, '/record/briefing')).text).values.keys()];
    const everywhere = Object.fromEntries(names.map((name) => [name, hostile]));
    for (const fields of [everywhere, { ...briefing, '/id': uuid(1), '/data/venue': hostile }]) {
      const { text } = await send('/record/briefing', fields);
      expect(text).not.toContain('<script>alert');
      expect(text).not.toContain('<img');
      expect(formIn(text).values.get('/data/venue')).toBe(hostile);
    }
  });

  test('is recorded where it is only a text, and is nothing but text on the receipt', async () => {
    const fields = await opened('/record/mou', { ...signing, '/data/subject': hostile, do: 'record' });
    const { headers } = await send('/record/mou', fields);
    const { text } = await ask(chancery.url, headers['location'] ?? '');
    expect(text).not.toContain('<script>alert');
    expect((await logged())[0].data.subject).toBe(hostile);
  });

  test('takes the line ends of a browser for those that were typed', async () => {
    const typed = { ...briefing, '/data/statements/0/text/value': 'one\r\ntwo', do: 'record' };
    await send('/record/briefing', await opened('/record/briefing', typed));
    expect((await logged())[0].data.statements[0].text.value).toBe('one\ntwo');
  });

  test('does not get past the rules of JSON', async () => {
    const { status, text } = await send(
      '/record/mou',
      await opened('/record/mou', { ...signing, '/data/title': 'a\0b' }),
    );
    expect(status).toBe(400);
    expect(formIn(text).errors).toEqual({ '/data/title': 'text must not hold the character U+0000' });
  });

  test.each<[name: string, body: string, headers: Fields, status: number]>([
    ['bytes that are no text', '/data/title=%c3%28', {}, 400],
    ['bytes that are not encoded', '/data/title=ü', {}, 400],
    ['a field twice', '/data/title=a&/data/title=b', {}, 400],
    ['a field that is not there', '/data/colour=red', {}, 400],
    ['a field of another form', '/data/host=CN', {}, 400],
    ['a name of an object', '__proto__=1', {}, 400],
    ['a row that is none', '/data/parties/x/name=1', {}, 400],
    ['a row far away', '/data/parties/999999999/name=1', {}, 400],
    ['two buttons', 'do=record&add=/sources', {}, 400],
    ['a button that is not there', 'do=publish', {}, 400],
    ['rows that are not there', 'add=/data/title', {}, 400],
    ['rows of nothing', 'remove=/', {}, 400],
    ['JSON', '{}', { 'content-type': 'application/json' }, 415],
    ['the parts of a form with files', '', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    [
      'another character set',
      '',
      { 'content-type': 'application/x-www-form-urlencoded; charset=latin1' },
      415,
    ],
    ['a compressed form', '', { 'content-encoding': 'gzip' }, 415],
    ['six thousand fields', '&'.repeat(6_000), {}, 413],
    ['more than a mebibyte', `/data/title=${'x'.repeat(1 << 20)}`, {}, 413],
  ])('is refused: %s', async (_name, body, headers, status) => {
    expect((await send('/record/mou', body, headers)).status).toBe(status);
    expect(await logged()).toEqual([]);
    expect(chancery.signals).toEqual([]);
  });

  test('is told to a person as a page', async () => {
    const { headers, text } = await send('/record/mou', '/data/colour=red');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('It has no field /data/colour.');
  });
});
