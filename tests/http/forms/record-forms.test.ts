import { describe, expect, test } from '@jest/globals';
import { builtInTypes } from '../../../src/domain/event-types/registry.ts';
import { eventForms } from '../../../src/web/forms/event-form.ts';
import { amendment, mou, shipment, uuid } from '../../append/sent-events.ts';
import { ask, post } from '../support/client.ts';
import {
  briefingFields,
  type Fields,
  formIn,
  formSite,
  shipmentFields,
  signingFields,
  sourceFields,
} from '../support/sent-forms.ts';

const { running, send, opened, logged } = formSite();

describe('opening a form', () => {
  test('a form for every event type is offered', () => {
    const covered = eventForms().map(({ type }) => type);
    expect([...covered].sort()).toEqual(builtInTypes.map(({ name }) => name).sort());
  });

  test('a type without a form of its own is recorded by its default form', async () => {
    const fields = await opened('/record/mou-terminated', {
      '/stream': 'mou-refinery',
      '/occurred': '2025-12-31',
      '/data/terminatedOn': '2025-12-31',
      '/data/reason': 'The refinery was not built.',
      '/sources/0/outlet': 'Dawn',
      do: 'record',
    });
    expect((await send('/record/mou-terminated', fields)).status).toBe(303);
    expect(await logged()).toMatchObject([
      { type: 'MouTerminated', stream: 'mou-refinery', data: { reason: 'The refinery was not built.' } },
    ]);
  });

  test('topics are typed as words', async () => {
    const typed = { ...signingFields, '/data/topics': 'Rare Earths, export_controls، قرضہ', do: 'record' };
    const fields = await opened('/record/mou', typed);

    expect((await send('/record/mou', fields)).status).toBe(303);
    expect(await logged()).toMatchObject([{ data: { topics: ['rare-earths', 'export-controls', 'قرضہ'] } }]);
  });

  test('the labels of a topic are typed with their languages', async () => {
    const typed = {
      '/occurred': '2025-09-01',
      '/data/topic': 'Rare Earths',
      '/data/labels': 'en: Rare earths: all 17; zh：稀土；fr: Terres rares',
      '/data/broader': 'Critical minerals, metals',
      '/sources/0/outlet': 'Thesaurus of the desk',
    };
    const fields = await opened('/record/topic-defined', typed);
    const preview = await send('/record/topic-defined', { ...fields, do: 'preview' });

    expect(preview.text).toContain('<li><span lang="zh" dir="auto">稀土</span> (Chinese)</li>');
    expect((await send('/record/topic-defined', { ...fields, do: 'record' })).status).toBe(303);
    expect(await logged()).toMatchObject([
      {
        data: {
          topic: 'rare-earths',
          labels: { en: 'Rare earths: all 17', zh: '稀土', fr: 'Terres rares' },
          broader: ['critical-minerals', 'metals'],
        },
      },
    ]);
  });

  test.each([
    ['no language', 'Rare earths', 'Expected a BCP 47 language tag, such as en, ur or zh-Hans.'],
    ['one language twice', 'en: Rare earths; en: Rare-earth elements', 'Expected an object.'],
  ])('labels with %s are refused at their field', async (_fault, labels, error) => {
    const typed = {
      '/occurred': '2025-09-01',
      '/data/topic': 'rare-earths',
      '/data/labels': labels,
      ...sourceFields,
    };
    const { text } = await send('/record/topic-defined', {
      ...(await opened('/record/topic-defined', typed)),
      do: 'preview',
    });

    expect(formIn(text).errors).toEqual({ '/data/labels': error });
    expect(formIn(text).values.get('/data/labels')).toBe(labels);
  });

  test('GET /record offers the three forms', async () => {
    const { status, headers, text } = await ask(running().url, '/record');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const path of ['briefing', 'mou', 'shipment']) expect(text).toContain(`href="/record/${path}"`);
  });

  test('gives each form its own event id and prevents caching', async () => {
    const [first, second] = [
      await ask(running().url, '/record/mou'),
      await ask(running().url, '/record/mou'),
    ];
    const ids = [first, second].map(({ text }) => formIn(text).values.get('/id'));
    for (const id of ids)
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(ids[0]).not.toBe(ids[1]);
    expect(first.headers['cache-control']).toBe('no-cache');
    expect(first.headers['content-security-policy']).toContain("form-action 'self'");
  });

  test.each(['/record', '/record/mou', `/record/receipts/${uuid(1)}`])(
    '%s refuses query parameters',
    async (path) => {
      expect((await ask(running().url, `${path}?x=1`)).status).toBe(400);
    },
  );

  test('refuses unknown forms and other methods', async () => {
    expect((await ask(running().url, '/record/treaty')).status).toBe(404);
    expect((await ask(running().url, `/record/receipts/${uuid(1)}`)).status).toBe(404);
    expect(await ask(running().url, '/record/mou', { method: 'PUT' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD, POST' },
    });
    expect((await ask(running().url, '/record', { method: 'POST' })).status).toBe(405);
  });
});

describe('sending a form', () => {
  test.each<[path: string, typed: Fields, event: object]>([
    [
      'briefing',
      briefingFields,
      {
        type: 'BriefingHeld',
        data: {
          hosts: ['CN'],
          institution: { country: 'CN' },
          statements: [{ key: '1', countries: [{ country: 'PK', role: 'mentioned' }] }],
        },
        verbatim: { '/data/hosts/0': '中国', '/data/institution/country': 'PRC' },
        actor: 'local',
      },
    ],
    [
      'mou',
      signingFields,
      { type: 'MouSigned', stream: mou.stream, data: { parties: [{ country: 'US' }, { country: 'PK' }] } },
    ],
    [
      'shipment-dispatched',
      shipmentFields,
      { type: 'ShipmentDispatched', data: { implements: [mou.stream] } },
    ],
  ])(
    'adds a %s once and redirects to its receipt, even if it is sent several times',
    async (path, typed, event) => {
      const fields = await opened(`/record/${path}`, { ...typed, do: 'record' });
      const answers = await Promise.all([1, 2, 3].map(() => send(`/record/${path}`, fields)));
      const location = `/record/receipts/${fields['/id']}`;
      for (const answer of answers) expect(answer).toMatchObject({ status: 303, headers: { location } });
      expect(await logged()).toEqual([expect.objectContaining({ id: fields['/id'] })]);
      expect((await logged())[0]).toMatchObject(event);
      const receipt = await ask(running().url, location);
      expect(receipt.text).toContain('At position 1,');
      const country = /href="(\/countries\/PK\?after=1)"/.exec(receipt.text)?.[1] ?? '';
      const timeline = await ask(running().url, country);
      expect(timeline.json.entries).toMatchObject([{ id: fields['/id'] }]);
    },
  );

  test('shows the warnings on the receipt as they were when the event was recorded', async () => {
    const fields = await opened('/record/shipment-arrived', { ...shipmentFields, do: 'record' });
    const { headers } = await send('/record/shipment-arrived', fields);
    const receipt = await ask(running().url, headers['location'] ?? '');
    expect(receipt.text).toContain('No dispatch is recorded for this arrival.');
    expect(receipt.text).toContain(`Nothing is recorded yet under ${mou.stream}.`);
  });
});

describe('suggestions', () => {
  const suggested = async (text: string) =>
    (await ask(running().url, `/record/records?text=${encodeURIComponent(text)}`)).json.records;

  test('name the records whose name or first headline contains a text', async () => {
    await post(running().url, mou);
    await post(running().url, { ...mou, id: uuid(9), occurred: '2025-09-09' });
    await post(running().url, { ...shipment, stream: 'shipment-a' });
    const signing = { stream: mou.stream, headline: expect.stringContaining('Frontier Works Organization') };
    expect(await suggested('FRONTIER')).toEqual([signing]);
    expect(await suggested('ussm-fwo')).toEqual([signing]);
    expect(await suggested('nothing like it')).toEqual([]);
    expect((await ask(running().url, '/record/records?x=1')).status).toBe(400);
  });

  test('find any record by what is said in it, also long after it was begun', async () => {
    await post(running().url, mou);
    const lines = Array.from({ length: 510 }, (_, number) =>
      JSON.stringify({ ...shipment, stream: `shipment-n${number}` }),
    );
    const headers = { 'content-type': 'application/x-ndjson' };
    await ask(running().url, '/events', { method: 'POST', headers, body: lines.join('\n') });
    const { position } = (await post(running().url, amendment)).json.events[0];
    await ask(running().url, `/search/entries?after=${position}`);
    const signing = { stream: mou.stream, headline: expect.stringContaining('Frontier Works Organization') };
    for (const text of ['frontier wor', 'Memorandum minerals', '"karachi', 'refinery* Karachi']) {
      expect([text, await suggested(text)]).toEqual([text, [signing]]);
    }
    expect(await suggested('antimony')).toHaveLength(8);
    expect(await suggested('Memorandum on nothing')).toEqual([]);
    expect(await suggested('*')).toHaveLength(0);
  });

  test('are announced by the fields that have some', async () => {
    const { text } = await ask(running().url, '/record/briefing');
    expect(text).toMatch(/name="\/data\/hosts"[^>]* data-suggests="countries" data-list/);
    expect(text).toMatch(/name="\/data\/statements\/0\/speaker\/name"[^>]* data-suggests="actors"/);
    expect(text).toMatch(/name="\/data\/topics"[^>]* data-suggests="topics" data-list/);
    expect(text).toMatch(/name="\/stream"[^>]* data-suggests="records"/);
  });
});

describe('a preview', () => {
  test('shows the event and the affected timelines, and adds nothing', async () => {
    const fields = await opened('/record/briefing', briefingFields);
    const { status, text } = await send('/record/briefing', fields);
    expect(status).toBe(200);
    expect(text).toContain('<title>Preview: Add a briefing – Chancery</title>');
    expect(text).toContain(
      'Ministry of Foreign Affairs, regular briefing: The reports are pure fabrication.',
    );
    expect(text).toContain('<time datetime="2025-10-13">13 October 2025</time>');
    expect(text).toContain('Appears on 7 timelines');
    expect(text).toMatch(/href="\/countries\/CN"[^>]*>China<\/a> as host, issuer, speaker/);
    expect(text).toMatch(/href="\/countries\/PK"[^>]*>Pakistan<\/a> as mentioned/);
    expect(text).toMatch(/href="\/topics\/rare-earths"/);
    expect(text).toMatch(/href="\/relations\/CN\/PK"[^>]*>China and Pakistan</);
    expect(text).toMatch(/href="\/statements"[^>]*>1 statement</);
    expect(await logged()).toEqual([]);
    // The form below the preview contains everything that was typed.
    expect(Object.fromEntries(formIn(text).values)).toMatchObject(fields);
    expect((await send('/record/briefing', { ...fields, do: 'record' })).status).toBe(303);
  });

  test('shows warnings with links to the fields', async () => {
    const { text } = await send('/record/shipment', await opened('/record/shipment', shipmentFields));
    expect(text).toContain(
      `<a href="#f/data/implements">Shipment announced, implements</a>: Nothing is recorded yet under ${mou.stream}.`,
    );
  });

  test('shows warnings of fields at the fields, and the receipt shows them too', async () => {
    const fields = await opened('/record/briefing', {
      ...briefingFields,
      '/occurred': '2025-03-09',
      '/data/startsAt/local': '2025-03-09T02:30',
      '/data/startsAt/zone': 'America/New_York',
    });
    const warning = 'The clocks of America/New_York skipped 2025-03-09T02:30.';
    expect((await send('/record/briefing', fields)).text).toMatch(
      new RegExp(`<a href="#f/data/startsAt/local">[^<]*</a>: ${warning}`),
    );
    const { headers } = await send('/record/briefing', { ...fields, do: 'record' });
    expect((await ask(running().url, headers['location'] ?? '')).text).toContain(warning);
  });

  test('says if the event was already added', async () => {
    const fields = await opened('/record/mou', signingFields);
    await send('/record/mou', { ...fields, do: 'record' });
    const { status, text } = await send('/record/mou', fields);
    expect(status).toBe(200);
    expect(text).toContain('This event was already added');
    expect(await logged()).toHaveLength(1);
  });
});

describe('a form that was sent and changed', () => {
  test('shows the existing event, and can be sent as another event', async () => {
    const fields = await opened('/record/mou', { ...signingFields, do: 'record' });
    await send('/record/mou', fields);
    const changed = { ...fields, '/occurred': '2025-09-09', '/stream': '' };
    const refused = await send('/record/mou', changed);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('Another event was already added with this form');
    expect(refused.text).toContain(`<a href="/events/${fields['/id']}"`);
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
