import { describe, expect, test } from '@jest/globals';
import { parseEvent } from '../../src/domain/events/parse.ts';
import { FIELD_ERROR_CODES } from '../../src/domain/fields/field-error.ts';
import { briefing, correction, id, mou, parsed, retraction, shipment, sources } from './events.ts';

/** `pointer code` of each error; none when the event is taken. */
function errorsOf(input: unknown): readonly string[] {
  const result = parseEvent(input);
  if (result.outcome === 'parsed') return [];
  for (const error of result.errors) {
    expect(FIELD_ERROR_CODES).toContain(error.code);
    expect(error.detail).not.toBe('');
  }
  return result.errors.map(({ pointer, code }) => `${pointer} ${code}`);
}

function withData<Event extends { data: object }>(event: Event, more: object) {
  return { ...event, data: { ...event.data, ...more } };
}

function withStatement(more: object) {
  return withData(briefing, { statements: briefing.data.statements.map((said) => ({ ...said, ...more })) });
}

describe('an accepted event', () => {
  test.each([
    ['BriefingHeld', briefing],
    ['MouSigned', mou],
    ['ShipmentDispatched', shipment],
  ])('a %s in order comes back as it was sent', (_type, event) => {
    expect(parsed(event)).toEqual({ ...event, category: event.stream.split('-')[0], schemaVersion: 2 });
  });

  test('the stream and the id may be left out, and the ids of the client are kept', () => {
    const { stream: _stream, ...event } = mou;
    expect(parsed(event)).not.toHaveProperty('stream');
    expect(
      parsed({ ...event, id: id(1).toUpperCase(), correlationId: 'run-7', causationId: id(2) }),
    ).toMatchObject({
      id: id(1),
      correlationId: 'run-7',
      causationId: id(2),
    });
  });

  test('countries are recorded as codes, and what was sent is kept by its pointer', () => {
    const event = parsed({
      ...withData(withStatement({ countries: [{ country: 'پاکستان', role: 'mentioned' }] }), {
        hosts: ['中国'],
      }),
      sources: [{ outlet: 'Xinhua', attribution: [{ name: 'Xinhua', kind: 'media', country: 'PRC' }] }],
    });

    expect(event.data).toMatchObject({ hosts: ['CN'], statements: [{ countries: [{ country: 'PK' }] }] });
    expect(event.verbatim).toEqual({
      '/data/hosts/0': '中国',
      '/data/statements/0/countries/0/country': 'پاکستان',
      '/sources/0/attribution/0/country': 'PRC',
    });
  });

  test('text is kept as received, composed or not, right to left, with emoji', () => {
    const title = ' e\u0301 é ｆｕｌｌ یادداشت 🤝 ';
    expect(parsed(withData(mou, { title })).data).toHaveProperty('title', title);
  });

  test('the payload of a correction is not read yet', () => {
    const event = parsed(correction(1, { hosts: ['中国'], anything: ['goes'] }));
    expect(event.data).toMatchObject({ data: { hosts: ['中国'], anything: ['goes'] } });
    expect(event).not.toHaveProperty('verbatim');
  });
});

describe('a refused event', () => {
  test.each([[null], [[]], ['MouSigned'], [7]])('%j is not an event', (input) => {
    expect(errorsOf(input)).toEqual([' wrong-type']);
  });

  test('the type must exist', () => {
    expect(errorsOf({})).toEqual(['/type missing-field']);
    expect(errorsOf({ type: 7 })).toEqual(['/type wrong-type']);
    expect(errorsOf({ type: 'MouSinged' })).toEqual(['/type unknown-type']);
    expect(errorsOf({ type: 'constructor' })).toEqual(['/type unknown-type']);
  });

  test('every unknown field is reported, nested ones included', () => {
    const parties = mou.data.parties.map((party) => ({ ...party, 'a/b~c': 1 }));
    expect(errorsOf({ ...withData(mou, { parties, colour: 'red' }), note: '', extra: 1 })).toEqual([
      '/data/parties/0/a~1b~0c unknown-field',
      '/data/parties/1/a~1b~0c unknown-field',
      '/data/colour unknown-field',
      '/note unknown-field',
      '/extra unknown-field',
    ]);
  });

  test.each([
    'revision',
    'position',
    'recordedAt',
    'actor',
    'schemaVersion',
    'recordedSchemaVersion',
    'correctedSchemaVersion',
    'verbatim',
  ])('the client may not send %s', (field) => {
    expect(errorsOf({ ...mou, [field]: 'x' })).toEqual([`/${field} server-field`]);
  });

  test('a server field in the payload is an unknown field', () => {
    expect(errorsOf(withData(mou, { actor: 'x' }))).toEqual(['/data/actor unknown-field']);
  });

  test('missing fields and fields of the wrong type are distinguished', () => {
    const { instrument: _instrument, ...data } = mou.data;
    expect(errorsOf({ ...mou, data: { ...data, title: 7, binding: 'yes' }, sources: 'Dawn' })).toEqual([
      '/data/title wrong-type',
      '/data/instrument missing-field',
      '/data/binding wrong-type',
      '/sources wrong-type',
    ]);
    expect(
      errorsOf({ type: 'EventCorrected', stream: 'mou-a', occurred: '2025', data: {}, sources }),
    ).toEqual(['/data/corrects missing-field', '/data/data missing-field', '/data/reason missing-field']);
  });

  test('a curation event names its record', () => {
    const { stream: _stream, ...event } = retraction(1);
    expect(errorsOf(event)).toEqual(['/stream missing-field']);
  });

  test.each([
    ['mou', 'invalid-stream'],
    ['mou-', 'invalid-stream'],
    ['mou-A', 'invalid-stream'],
    ['mou-a/b', 'invalid-stream'],
    ['shipment-a', 'wrong-category'],
    [`mou-${'a'.repeat(200)}`, 'invalid-stream'],
  ])('a memorandum does not go onto the stream %.20s', (stream, code) => {
    expect(errorsOf({ ...mou, stream })).toContain(`/stream ${code}`);
  });

  test.each([
    ['recently', '/occurred invalid-date'],
    ['2025-02-30', '/occurred invalid-date'],
    ['2025-21', '/occurred unsupported-date'],
    ['2025-?09', '/occurred unsupported-date'],
  ])('refuses the date %s', (occurred, error) => {
    expect(errorsOf({ ...mou, occurred })).toEqual([error]);
  });

  test.each([
    ['Congo', 'ambiguous-country'],
    ['JA', 'ambiguous-country'],
    ['Atlantis', 'unknown-country'],
    ['SU', 'country-out-of-time'],
    ['USSR', 'country-out-of-time'],
  ])('%s is not a country of 2025', (host, code) => {
    expect(errorsOf(withData(briefing, { hosts: [host] }))).toEqual([`/data/hosts/0 ${code}`]);
  });

  test('every field with a country that acts is checked against the date', () => {
    const gone = { country: 'SU' };
    const actor = { name: 'TASS', kind: 'media', ...gone };
    const event = {
      ...withData(
        withStatement({ speaker: actor, countries: [{ ...gone, role: 'target' }], attribution: [actor] }),
        {
          institution: actor,
          spokespersons: [actor],
        },
      ),
      sources: [{ outlet: 'TASS', attribution: [actor] }],
    };
    expect(errorsOf(event)).toHaveLength(5);
    expect(errorsOf({ ...event, occurred: '1985' })).toEqual([]);
    const goods = withData(shipment, { origin: gone, consignor: actor, carrier: actor });
    expect(errorsOf(goods)).toHaveLength(3);
    expect(errorsOf(withData(mou, { place: gone, parties: [actor, actor] }))).toHaveLength(3);
  });

  test.each([
    [{ quantity: { value: '1,000' } }, 'quantity/value invalid-quantity'],
    [{ quantity: { value: '-1' } }, 'quantity/value invalid-quantity'],
    [{ quantity: { value: '1e3' } }, 'quantity/value invalid-quantity'],
    [{ hsCode: '2603.00' }, 'hsCode invalid-hs-code'],
    [{ hsCode: '260' }, 'hsCode invalid-hs-code'],
    [{ description: ' ' }, 'description empty'],
    [{ description: '' }, 'description empty'],
    [{ description: 'x'.repeat(301) }, 'description too-long'],
  ])('goods with %j are refused', (more, error) => {
    const event = withData(shipment, { goods: [{ description: 'antimony', ...more }] });
    expect(errorsOf(event)).toEqual([`/data/goods/0/${error}`]);
  });

  test.each([
    [{ value: 500 }, 'value wrong-type'],
    [{ value: '5e8' }, 'value invalid-amount'],
    [{ value: '500,000' }, 'value invalid-amount'],
    [{ value: '05' }, 'value invalid-amount'],
    [{ currency: 'usd' }, 'currency unknown-currency'],
    [{ currency: 'XXQ' }, 'currency unknown-currency'],
    [{ role: 'bribe' }, 'role unknown-value'],
  ])('an amount with %j is refused', (more, error) => {
    const amounts = [{ value: '500.50', currency: 'USD', qualifier: 'about', role: 'paid', ...more }];
    expect(errorsOf(withData(mou, { amounts }))).toEqual([`/data/amounts/0/${error}`]);
  });

  test.each([
    [{ url: 'ftp://example.org' }, 'url invalid-url'],
    [{ url: 'javascript:alert(1)' }, 'url invalid-url'],
    [{ url: 'https://' }, 'url invalid-url'],
    [{ retrievedAt: '2025-10-13' }, 'retrievedAt invalid-date-time'],
    [{ retrievedAt: '2025-02-30T00:00:00Z' }, 'retrievedAt invalid-date-time'],
    [{ publishedOn: '13/10/2025' }, 'publishedOn invalid-date'],
    [{ contentHash: 'md5:0' }, 'contentHash invalid-hash'],
    [{ language: 'english language' }, 'language invalid-language'],
    [{ reliability: 'G' }, 'reliability unknown-value'],
    [{ credibility: 7 }, 'credibility out-of-range'],
    [{ credibility: 1.5 }, 'credibility wrong-type'],
    [{ attribution: [] }, 'attribution too-few'],
  ])('a source with %j is refused', (more, error) => {
    expect(errorsOf({ ...mou, sources: [{ outlet: 'Dawn', ...more }] })).toEqual([`/sources/0/${error}`]);
  });

  test('at least one source is required', () => {
    expect(errorsOf({ ...mou, sources: [] })).toEqual(['/sources too-few']);
  });

  test('at least one party is required, and signatories and commitments name one of them', () => {
    expect(errorsOf(withData(mou, { parties: mou.data.parties.slice(1) }))).toEqual([]);
    expect(errorsOf(withData(mou, { parties: [] }))).toEqual(['/data/parties too-few']);
    const signatories = [
      { person: 'A', party: 'US Strategic Metals' },
      { person: 'B', party: 'USSM' },
    ];
    const commitments = [
      { key: 'a', text: 'To pay', by: 'FWO' },
      { key: 'a', text: 'To build' },
    ];
    expect(errorsOf(withData(mou, { signatories, commitments }))).toEqual([
      '/data/commitments/1/key duplicate-key',
      '/data/signatories/1/party unknown-party',
      '/data/commitments/0/by unknown-party',
    ]);
  });

  test('the statements of a briefing have distinct keys', () => {
    const [statement] = briefing.data.statements;
    expect(errorsOf(withData(briefing, { statements: [statement, statement] }))).toEqual([
      '/data/statements/1/key duplicate-key',
    ]);
  });

  test.each([
    [{ topics: ['…'] }, 'topics/0 invalid-topic'],
    [{ about: ['the agreement'] }, 'about/0 invalid-reference'],
    [{ speechAct: 'says' }, 'speechAct unknown-value'],
    [{ countries: [{ country: 'PK', role: 'victim' }] }, 'countries/0/role unknown-value'],
    [
      { speaker: { name: 'Lin', kind: 'person', names: { 'not a language': 'x' } } },
      'speaker/names/not a language invalid-language',
    ],
  ])('a statement with %j is refused', (more, error) => {
    expect(errorsOf(withStatement(more))).toEqual([`/data/statements/0/${error}`]);
  });

  test('the local day of a briefing must be allowed by its date', () => {
    const startsAt = { local: '2025-10-13T15:00', zone: 'Asia/Shanghai' };
    expect(errorsOf(withData(briefing, { startsAt }))).toEqual([]);
    expect(errorsOf({ ...withData(briefing, { startsAt }), occurred: '2025-10-12' })).toEqual([
      '/data/startsAt/local date-mismatch',
    ]);
    expect(errorsOf(withData(briefing, { startsAt: { local: '2025-10-13T25:00', zone: '+08:00' } }))).toEqual(
      ['/data/startsAt/local invalid-date-time', '/data/startsAt/zone invalid-time-zone'],
    );
  });

  test('a shipment implements agreements, given by their record names', () => {
    expect(errorsOf(withData(shipment, { implements: ['shipment-a'] }))).toEqual([
      '/data/implements/0 wrong-category',
    ]);
    expect(errorsOf(withData(shipment, { origin: { country: 'PK', locode: 'Karachi' } }))).toEqual([
      '/data/origin/locode invalid-locode',
    ]);
  });

  test('an arrival lists its places', () => {
    const arrival = (data: object) => ({ ...shipment, type: 'ShipmentArrived', data });
    expect(parsed(arrival({ places: [{ country: 'China' }, { country: 'US' }] }))).toMatchObject({
      schemaVersion: 3,
      data: { places: [{ country: 'CN' }, { country: 'US' }] },
      verbatim: { '/data/places/0/country': 'China' },
    });
    expect(errorsOf(arrival({ places: [] }))).toEqual(['/data/places too-few']);
    expect(errorsOf(arrival({ places: [{ country: 'SU' }] }))).toEqual([
      '/data/places/0/country country-out-of-time',
    ]);
    expect(errorsOf(withData(shipment, { place: { country: 'US' } }))).toEqual(['/data/place unknown-field']);
  });

  test('lists and the number of errors are bounded', () => {
    expect(errorsOf(withData(mou, { topics: Array(101).fill('a') }))).toEqual(['/data/topics too-many']);
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`field${n}`, n]));
    expect(errorsOf({ ...mou, ...many })).toHaveLength(100);
  });
});
