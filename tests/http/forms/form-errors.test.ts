import { describe, expect, test } from '@jest/globals';
import { mou } from '../append/sent-events.ts';
import { post } from './client.ts';
import { briefing, type Fields, formIn, formSite, shipment, signing, source } from './sent-forms.ts';

const { running, send, opened, logged } = formSite();

describe('What is wrong', () => {
  test.each<[path: string, typed: Fields, errors: Readonly<Record<string, unknown>>]>([
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
        '/data/host': expect.stringContaining('CG for Congo (Brazzaville) or CD for Congo (Kinshasa)'),
        '/occurred': expect.stringContaining('2025-'),
        '/data/topics': expect.stringContaining('here perhaps rare-earths'),
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
        '/data/statements/0/countries:mentioned': expect.stringContaining('Georgia'),
        '/data/statements/0/attribution/0/kind': expect.stringContaining('required'),
        '/data/statements/0/about': expect.stringContaining('Expected the id of an event'),
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
        '/stream': expect.stringMatching(/^Expected <category>-<key>/),
        '/data/parties/1/kind': expect.stringContaining('required'),
        '/data/amounts/0/value': expect.stringContaining('"500000000"'),
        '/data/amounts/0/currency': 'Expected a currency code by ISO 4217, such as USD.',
        '/data/amounts/0/qualifier': expect.stringContaining('required'),
        '/data/amounts/0/role': expect.stringContaining('required'),
        '/data/place/country': 'This field is required: a text.',
        '/data/goods/0/hsCode': expect.stringContaining('260300'),
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
    const { json } = await post(running().url, { ...mou, data, occurred: '2025-02-30' });
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
    await running().store.close();
    const fields = await opened('/record/mou', { ...signing, do: 'record' });
    const { status, text } = await send('/record/mou', fields);
    expect(status).toBe(503);
    expect(text).toContain('The log takes no events until');
    expect(text).toContain('However often it is sent, it is recorded once.');
    expect(text).not.toContain('Nothing was recorded.');
    expect(formIn(text).values.get('/data/title')).toBe('Memorandum on critical minerals');
  });
});
