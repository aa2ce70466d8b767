import { describe, expect, test } from '@jest/globals';
import { mou } from '../../append/sent-events.ts';
import { post } from '../support/client.ts';
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

describe('errors in a form', () => {
  test.each<[path: string, typed: Fields, errors: Readonly<Record<string, unknown>>]>([
    [
      'briefing',
      {},
      {
        '/data/institution/name': 'This field is required.',
        '/data/institution/kind': 'This field is required.',
        '/occurred': 'This field is required.',
        '/data/format': 'This field is required.',
        '/sources/0/outlet': 'This field is required.',
      },
    ],
    [
      'briefing',
      { ...briefingFields, '/data/hosts': 'Congo', '/occurred': '05/06/2025', '/data/topics': '…' },
      {
        '/data/hosts': expect.stringContaining('CG for Congo (Brazzaville) or CD for Congo (Kinshasa)'),
        '/occurred': expect.stringContaining('2025-'),
        '/data/topics': expect.stringContaining('such as rare-earths'),
      },
    ],
    [
      'briefing',
      {
        ...briefingFields,
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
        ...briefingFields,
        '/data/statements/0/countries/0/role': '',
        '/data/statements/0/countries/1/country': 'Georgia',
        '/data/statements/0/countries/1/role': 'mentioned',
        '/data/statements/0/attribution/0/name': 'Xinhua',
        '/data/statements/0/about': 'the memorandum',
        '/data/transcripts/0/url': 'javascript:alert(1)',
        '/sources/0/url': 'example.org',
        '/sources/0/language': 'English!',
        '/sources/0/retrievedAt': 'yesterday',
      },
      {
        '/data/statements/0/countries/0/role': expect.stringContaining('required'),
        '/data/statements/0/countries/1/country': expect.stringContaining('Georgia'),
        '/data/statements/0/attribution/0/kind': expect.stringContaining('required'),
        '/data/statements/0/about': expect.stringContaining('Expected the id of an event'),
        '/data/transcripts/0/url': 'Expected an absolute URL that begins with http:// or https://.',
        '/data/transcripts/0/language': 'This field is required.',
        '/sources/0/url': 'Expected an absolute URL that begins with http:// or https://.',
        '/sources/0/language': 'Expected a BCP 47 language tag, such as en, ur or zh-Hans.',
        '/sources/0/retrievedAt': 'Expected an RFC 3339 instant, such as 2025-10-13T07:00:00Z.',
      },
    ],
    [
      'mou',
      {
        ...signingFields,
        '/stream': 'Memorandum',
        '/data/parties/1/kind': '',
        '/data/amounts/0/value': '1,000',
        '/data/amounts/0/currency': 'Rupees',
        '/data/signatories/0/person': 'A. Khan',
        '/data/signatories/0/party': 'Somebody else',
        '/data/place/locode': 'Islamabad',
        '/data/goods/0/description': 'copper',
        '/data/goods/0/hsCode': '26.03',
      },
      {
        '/stream': expect.stringMatching(/^Expected <category>-<key>/),
        '/data/parties/1/kind': expect.stringContaining('required'),
        '/data/amounts/0/value': expect.stringContaining('"500000000"'),
        '/data/amounts/0/currency': 'Expected an ISO 4217 currency code, such as USD.',
        '/data/amounts/0/qualifier': expect.stringContaining('required'),
        '/data/amounts/0/role': expect.stringContaining('required'),
        '/data/place/locode': 'Expected a UN/LOCODE, such as PKKHI.',
        '/data/goods/0/hsCode': expect.stringContaining('260300'),
      },
    ],
    [
      'mou',
      {
        ...signingFields,
        '/data/signatories/0/person': 'A. Khan',
        '/data/signatories/0/party': 'Somebody else',
      },
      { '/data/signatories/0/party': 'Expected the name of one of the parties.' },
    ],
    [
      'shipment',
      { ...sourceFields, '/occurred': '2025', '/data/goods/0/hsCode': '26' },
      { '/data/goods/0/description': 'This field is required.' },
    ],
    [
      'shipment-dispatched',
      { ...shipmentFields, '/data/origin/locode': 'karachi' },
      { '/data/origin/locode': 'Expected a UN/LOCODE, such as PKKHI.' },
    ],
  ])('are shown at the fields of a %s, and in the list at the top (%#)', async (path, typed, errors) => {
    const fields = await opened(`/record/${path}`, typed);
    for (const button of ['preview', 'record']) {
      const { status, text } = await send(`/record/${path}`, { ...fields, do: button });
      expect(status).toBe(400);
      const { values, errors: shown } = formIn(text);
      expect(shown).toEqual(errors);
      for (const name of Object.keys(errors)) {
        expect(text).toContain(`<a href="#f${name}">`);
        expect(text).toMatch(new RegExp(`id="f${name}"[^>]*aria-describedby="f${name}\\.error`));
      }
      expect(Object.fromEntries(values)).toMatchObject(typed);
      expect(text).toContain('<title>Error: ');
    }
    expect(await logged()).toEqual([]);
  });

  test('include choices that are not offered, which are then unselected', async () => {
    const typed = { ...signingFields, '/data/binding': 'perhaps', '/data/instrument': 'pact' };
    const { values, errors } = formIn((await send('/record/mou', await opened('/record/mou', typed))).text);
    expect(errors).toEqual({
      '/data/binding': 'Expected true or false.',
      '/data/instrument': expect.stringContaining('Expected one of mou, letter-of-intent'),
    });
    expect([values.get('/data/binding'), values.get('/data/instrument')]).toEqual(['', '']);
  });

  test('have the same texts as those of the API, but for what JSON a missing field must be', async () => {
    const fields = await opened('/record/mou', {
      ...signingFields,
      '/data/title': '',
      '/occurred': '2025-02-30',
    });
    const shown = formIn((await send('/record/mou', fields)).text).errors;
    const data = { ...mou.data, title: undefined };
    const { json } = await post(running().url, { ...mou, data, occurred: '2025-02-30' });
    const details = json.errors.map(({ pointer, detail }: { pointer: string; detail: string }) => [
      pointer,
      detail.replace('is required and must be a string', 'is required'),
    ]);
    expect(details.sort()).toEqual(Object.entries(shown).sort());
  });

  test('name fields as the form does, abbreviations too', async () => {
    const goods = { '/data/goods/0/description': 'copper', '/data/goods/0/hsCode': '26.03' };
    const typed = { ...signingFields, ...goods, '/sources/0/url': 'dawn.com' };
    const { text } = await send('/record/mou', { ...(await opened('/record/mou', {})), ...typed });
    expect(text).toContain('>Source 1, URL</a>');
    expect(text).toContain('>Item 1, HS code</a>');
  });

  test('without a field are shown in the list only', async () => {
    const { status, text } = await send('/record/mou', { ...signingFields, '/id': 'x', do: 'record' });
    expect(status).toBe(400);
    expect(text).toContain('<li><span dir="auto">Expected a UUID.</span></li>');
    expect((await send('/record/mou', { ...signingFields, do: 'record' })).status).toBe(400);
  });

  test('of the log keep the input in the form', async () => {
    await running().store.close();
    const fields = await opened('/record/mou', { ...signingFields, do: 'record' });
    const { status, text } = await send('/record/mou', fields);
    expect(status).toBe(503);
    expect(text).toContain('The log accepts no events until');
    expect(text).toContain('the event is never added twice.');
    expect(text).not.toContain('Nothing was added.');
    expect(formIn(text).values.get('/data/title')).toBe('Memorandum on critical minerals');
  });
});
