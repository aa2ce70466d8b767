import { describe, expect, test } from '@jest/globals';
import { parseEvent } from '../../src/domain/events/parse.ts';
import { eventForms } from '../../src/web/forms/event-form.ts';
import { buildFormEvent } from '../../src/web/forms/form-event.ts';
import type { RecordForm } from '../../src/web/forms/form-field.ts';
import {
  type FormValues,
  placedFields,
  withoutEmptyRows,
  withoutRow,
  withRow,
} from '../../src/web/forms/form-values.ts';

const formAt = (path: string): RecordForm => {
  const found = eventForms().find((form) => form.path === path);
  if (found === undefined) throw new Error(`no form at ${path}`);
  return found;
};
const [briefingForm, mouForm, arrivalForm] = [formAt('briefing'), formAt('mou'), formAt('shipment-arrived')];

const id = '0199c000-0000-7000-8000-000000000001';

const values = (typed: Readonly<Record<string, string>>): FormValues =>
  new Map([['/id', id], ...Object.entries(typed)]);

/** Builds the event as the server does, which removes empty rows first. */
function eventOf(form: RecordForm, typed: Readonly<Record<string, string>>): object {
  const tidy = new Map(withoutEmptyRows(form.fields, values(typed))).set('/id', id);
  return buildFormEvent(form, tidy).event;
}

const under = (within: string, fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [within + name, value]));

const source = { '/sources/0/outlet': 'Dawn' };

const briefing = {
  '/data/institution/name': ' Ministry of Foreign Affairs ',
  '/data/institution/kind': 'government-body',
  '/data/institution/country': 'PRC',
  '/occurred': '2025-10-13',
  '/data/hosts': 'CN',
  '/data/format': 'regular',
};

const statement = {
  '/speaker/name': 'Lin Jian',
  '/speaker/kind': 'person',
  '/speechAct': 'deny',
  '/quoted': 'paraphrase',
  '/text/0/language': 'en',
  '/text/0/value': ' The reports are\npure fabrication. ',
};

const parties = {
  '/data/parties/0/name': 'US Strategic Metals',
  '/data/parties/0/kind': 'company',
  '/data/parties/1/name': 'Frontier Works Organization',
  '/data/parties/1/kind': 'government-body',
  '/data/parties/1/country': 'Pakistan',
};

const mou = {
  '/data/title': 'Memorandum on critical minerals',
  '/data/subject': 'critical minerals',
  '/data/instrument': 'mou',
  '/occurred': '2025-09-08',
  ...parties,
};

test('hints are in the words of forms, not of JSON', () => {
  const hints = JSON.stringify(eventForms());
  expect(hints).toContain('"hint":"Yes if the source does not name all parties."');
  expect(hints).toContain('Empty: ');
  expect(hints).not.toMatch(/"hint":"[^"]*(\bAbsent\b|\babsent\b|\bTrue if)/);
});

describe('buildFormEvent', () => {
  test('builds a briefing with statements', () => {
    const event = eventOf(briefingForm, {
      ...briefing,
      '/data/dateBasis': 'inferred',
      '/data/dateVerbatim': 'recently',
      '/data/venue': '',
      '/data/spokespersons/0/name': 'Lin Jian',
      '/data/spokespersons/0/kind': 'person',
      '/data/spokespersons/1/name': 'Mao Ning',
      '/data/spokespersons/1/kind': 'person',
      '/data/languages': 'en, zh',
      '/data/topics': 'rare-earths,export-controls,',
      '/data/startsAt/local': '2025-10-13T15:00',
      '/data/startsAt/zone': 'Asia/Shanghai',
      '/stream': 'briefing-mfa-2025-10-13',
      '/data/transcripts/0/url': 'https://example.org/1',
      '/data/transcripts/0/language': 'zh',
      ...under('/data/statements/0', statement),
      ...under('/data/statements/0', {
        '/countries/0/country': 'PK',
        '/countries/0/role': 'target',
        '/countries/1/country': 'Korea, Republic of',
        '/countries/1/role': 'mentioned',
        '/topics': 'rare-earths',
        '/questions/0/outlet': 'Reuters',
        '/questions/0/text': 'Is it so?',
        '/about': 'mou-ussm-fwo-2025',
        '/attribution/0/name': 'Xinhua',
        '/attribution/0/kind': 'media',
        '/attribution/0/country': 'CN',
      }),
      ...source,
    });
    expect(event).toEqual({
      id,
      type: 'BriefingHeld',
      stream: 'briefing-mfa-2025-10-13',
      occurred: '2025-10-13',
      data: {
        institution: { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'PRC' },
        hosts: ['CN'],
        format: 'regular',
        dateBasis: 'inferred',
        dateVerbatim: 'recently',
        spokespersons: [
          { name: 'Lin Jian', kind: 'person' },
          { name: 'Mao Ning', kind: 'person' },
        ],
        languages: ['en', 'zh'],
        topics: ['rare-earths', 'export-controls'],
        startsAt: { local: '2025-10-13T15:00', zone: 'Asia/Shanghai' },
        transcripts: [{ url: 'https://example.org/1', language: 'zh' }],
        statements: [
          {
            key: '1',
            speaker: { name: 'Lin Jian', kind: 'person' },
            speechAct: 'deny',
            quoted: 'paraphrase',
            text: [{ language: 'en', value: ' The reports are\npure fabrication. ' }],
            countries: [
              { country: 'PK', role: 'target' },
              { country: 'Korea, Republic of', role: 'mentioned' },
            ],
            topics: ['rare-earths'],
            questions: [{ outlet: 'Reuters', text: 'Is it so?' }],
            about: ['mou-ussm-fwo-2025'],
            attribution: [{ name: 'Xinhua', kind: 'media', country: 'CN' }],
          },
        ],
      },
      sources: [{ outlet: 'Dawn' }],
    });
    expect(parseEvent(event).outcome).toBe('parsed');
  });

  test('builds a signing with all its fields', () => {
    const event = eventOf(mouForm, {
      ...mou,
      '/data/binding': 'false',
      '/data/place/country': 'PK',
      '/data/place/name': 'Islamabad',
      ...under('/data/amounts/0', {
        '/value': '500000000',
        '/currency': 'USD',
        '/qualifier': 'about',
        '/role': 'commitment',
      }),
      '/data/signatories/0/person': 'A. Khan',
      '/data/signatories/0/party': 'Frontier Works Organization',
      '/data/commitments/0/text': 'Build a refinery.',
      '/data/goods/0/description': 'copper',
      '/sources/0/outlet': 'Dawn',
      '/sources/0/publishedOn': '2025-09-09',
      '/sources/0/retrievedAt': '2025-09-10 07:00',
      '/sources/0/reliability': 'B',
      '/sources/0/credibility': '2',
    });
    expect(event).toMatchObject({
      type: 'MouSigned',
      data: {
        binding: false,
        place: { country: 'PK', name: 'Islamabad' },
        amounts: [{ value: '500000000', currency: 'USD', qualifier: 'about', role: 'commitment' }],
        signatories: [{ person: 'A. Khan', party: 'Frontier Works Organization' }],
        commitments: [{ key: '1', text: 'Build a refinery.' }],
        goods: [{ description: 'copper' }],
      },
      sources: [
        {
          outlet: 'Dawn',
          publishedOn: '2025-09-09',
          retrievedAt: '2025-09-10T07:00:00Z',
          reliability: 'B',
          credibility: 2,
        },
      ],
    });
    expect(parseEvent(event).outcome).toBe('parsed');
  });

  test.each<[typed: string, implemented: readonly string[] | undefined]>([
    ['', undefined],
    [' , ', undefined],
    ['None', []],
    ['mou-a, mou-b', ['mou-a', 'mou-b']],
  ])('builds a shipment that implements “%s”', (typed, implemented) => {
    const event = eventOf(arrivalForm, {
      '/occurred': '2025-10',
      '/data/implements': typed,
      '/data/places/0/country': 'US',
      ...source,
    });
    const carriedOut = implemented && { implements: implemented };
    expect(event).toEqual({
      id,
      type: 'ShipmentArrived',
      occurred: '2025-10',
      data: { places: [{ country: 'US' }], ...carriedOut },
      sources: [{ outlet: 'Dawn' }],
    });
    expect(parseEvent(event).outcome).toBe('parsed');
  });

  test('ignores empty rows, also within rows', () => {
    const event = eventOf(briefingForm, {
      ...briefing,
      ...under('/data/statements/0', { '/speaker/name': ' ', '/attribution/0/name': '' }),
      ...under('/data/statements/1', statement),
      ...under('/data/statements/1', {
        '/attribution/0/name': '',
        '/attribution/2/name': 'Xinhua',
        '/attribution/2/kind': 'media',
      }),
      '/sources/1/outlet': 'Dawn',
    });
    expect(event).toMatchObject({
      data: { statements: [{ key: '1', attribution: [{ name: 'Xinhua' }] }] },
      sources: [{ outlet: 'Dawn' }],
    });
  });

  test('builds an empty object where something is required', () => {
    expect(eventOf(briefingForm, {})).toEqual({
      id,
      type: 'BriefingHeld',
      data: { institution: {} },
      sources: [{}],
    });
    expect(eventOf(mouForm, {})).toMatchObject({ data: { parties: [{}] }, sources: [{}] });
    expect(eventOf(arrivalForm, {})).toMatchObject({ data: {}, sources: [{}] });
  });
});

describe('fieldAt', () => {
  const typed = values({
    ...briefing,
    ...under('/data/statements/0', statement),
    '/data/statements/0/countries/1/country': 'Congo',
  });
  const { fieldAt } = buildFormEvent(briefingForm, typed);

  test.each<[pointer: string, field: string | undefined]>([
    ['/data/hosts/0', '/data/hosts'],
    ['/data/topics/3', '/data/topics'],
    ['/data/spokespersons/1/name', '/data/spokespersons'],
    ['/data/institution', '/data/institution/name'],
    ['/data/statements', '/data/statements'],
    ['/data/statements/0/key', '/data/statements/0/key'],
    ['/data/statements/0/text/0/value', '/data/statements/0/text/0/value'],
    ['/data/statements/0/countries/1/country', '/data/statements/0/countries/1/country'],
    ['/data/statements/0/attribution/0/kind', '/data/statements/0/attribution/0/kind'],
    ['/sources/0/outlet', '/sources/0/outlet'],
    ['/id', undefined],
    ['', undefined],
  ])('finds the field for %s', (pointer, field) => {
    expect(fieldAt(pointer)?.name).toBe(field);
  });

  test.each(eventForms())('finds a field for every error of an empty form, at /record/$path', (form) => {
    const { event, fieldAt } = buildFormEvent(form, values({}));
    const parsed = parseEvent(event);
    const errors = parsed.outcome === 'refused' ? parsed.errors : [];
    const inputs = placedFields(form.fields, values({})).filter(({ field }) => field.kind !== 'rows');
    const names = inputs.map(({ name }) => name);
    expect(errors.length).toBeGreaterThan(1);
    for (const { pointer } of errors) expect(names).toContain(fieldAt(pointer)?.name);
  });
});

describe('rows of a form', () => {
  const names = (typed: FormValues) =>
    placedFields(mouForm.fields, typed)
      .map(({ name }) => name)
      .filter((name) => /parties\/\d+\/name$/.test(name));
  const partiesOf = mouForm.fields.find(
    (field) => field.kind === 'rows' && field.pointer === '/data/parties',
  );

  test('starts with the least number of rows, and adds one at a time', () => {
    if (partiesOf?.kind !== 'rows') throw new Error('no parties');
    expect(names(values({}))).toEqual(['/data/parties/0/name']);
    const more = withRow(partiesOf, '/data/parties', withRow(partiesOf, '/data/parties', values({})));
    expect(names(more)).toHaveLength(3);
  });

  test('moves the rows after a removed one up', () => {
    const third = { '/data/parties/2/name': 'Third' };
    const fewer = withoutEmptyRows(
      mouForm.fields,
      withoutRow('/data/parties/0', values({ ...parties, ...third })),
    );
    expect([fewer.get('/data/parties/0/name'), fewer.get('/data/parties/1/name')]).toEqual([
      'Frontier Works Organization',
      'Third',
    ]);
    expect(names(fewer)).toHaveLength(2);
  });
});

describe('placedFields', () => {
  test('names fields by the groups and rows that contain them', () => {
    const paths = placedFields(briefingForm.fields, values({})).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['Briefing, held in', 'Statement 1, text']));
  });

  test.each(eventForms())('gives every field a name and a path of its own, at /record/$path', (form) => {
    const fields = placedFields(form.fields, values({}));
    expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
    expect(new Set(fields.map(({ path }) => path)).size).toBe(fields.length);
  });
});
