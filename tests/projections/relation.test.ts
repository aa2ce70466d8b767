import { describe, expect, test } from '@jest/globals';
import { relationTimeline } from '../../projections/relation.ts';
import { emptyRecord, evolveRecord } from '../../src/domain/record/record.ts';
import { briefing, mou, recorded, shipment } from '../domain/events.ts';

/** The relations that the last of the events makes, each with its roles. */
function relations(...events: readonly object[]): Record<string, unknown> {
  const record = recorded(...events).reduce(evolveRecord, emptyRecord('a-record'));
  const version = [...record.versions.values()].at(-1);
  if (version === undefined) throw new Error('Nothing was recorded');
  const found = relationTimeline.partitionBy(version, undefined);
  return Object.fromEntries([...found].map(([pair, { roles }]) => [pair, roles]));
}

const person = (country?: string) => ({ name: 'A person', kind: 'person', ...(country && { country }) });
const named = (role: string, ...countries: string[]) => countries.map((country) => ({ country, role }));

function said(speaker: string | undefined, ...countries: object[]) {
  const text = { language: 'en', value: 'They are friends.' };
  const key = `by-${speaker}`;
  return { key, speaker: person(speaker), speechAct: 'affirm', text, quoted: 'paraphrase', countries };
}

function held(host: string, ...statements: object[]) {
  return { ...briefing, data: { ...briefing.data, host, statements } };
}

/** Codes of as many countries, `PK` among them. */
const COUNTRIES = [
  'PK',
  'AF',
  'AL',
  'DZ',
  'AD',
  'AO',
  'AG',
  'AR',
  'AM',
  'AU',
  'AT',
  'AZ',
  'BS',
  'BH',
  'BD',
].concat([
  'BB',
  'BY',
  'BE',
  'BZ',
  'BJ',
  'BT',
  'BO',
  'BA',
  'BW',
  'BR',
  'BN',
  'BG',
  'BF',
  'BI',
  'KH',
  'CM',
  'CA',
  'CV',
]);

describe('a relation', () => {
  test('is that of the parties, and of the host of their signing to each', () => {
    const { data } = mou;
    expect(relations({ ...mou, data: { ...data, place: { country: 'QA' } } })).toEqual({
      'PK~US': ['PK:party', 'US:party'],
      'PK~QA': ['PK:party', 'QA:host'],
      'QA~US': ['QA:host', 'US:party'],
    });
  });

  test('is that of where a shipment comes from and where it goes, on each of its steps', () => {
    const arrival = { ...shipment, type: 'ShipmentArrived', data: {} };
    expect(relations(shipment, arrival)).toEqual({ 'PK~US': ['PK:origin', 'US:destination'] });
  });

  test('tells who speaks of whom', () => {
    expect(relations(held('CN', said('CN', ...named('mentioned', 'PK'))))).toEqual({
      'CN~PK': ['CN:host', 'CN:speaker', 'PK:mentioned'],
    });
    expect(relations(held('PK', said('PK', ...named('mentioned', 'CN'))))).toEqual({
      'CN~PK': ['CN:mentioned', 'PK:host', 'PK:speaker'],
    });
  });

  test('takes the speaker of one statement for no speaker about those whom another statement names', () => {
    // given: a Chinese briefing at which China speaks of the US, and Pakistan, relayed, speaks of China
    const spoken = [said('CN', ...named('mentioned', 'US')), said('PK', ...named('target', 'CN'))];
    expect(relations(held('CN', ...spoken))).toEqual({
      'CN~US': ['CN:host', 'CN:speaker', 'US:mentioned'],
      'CN~PK': ['CN:host', 'CN:target', 'PK:speaker'],
    });
  });

  test('is not made between those of whom only a third one speaks', () => {
    const spoken = said('CN', ...named('mentioned', 'PK', 'US'), ...named('target', 'IN', 'JP'));
    expect(Object.keys(relations(held('CN', spoken))).sort()).toEqual(['CN~IN', 'CN~JP', 'CN~PK', 'CN~US']);
  });

  test('is made between those who, a third one says, do something together', () => {
    const spoken = said('CN', ...named('party', 'PK', 'US'));
    expect(relations(held('CN', spoken))).toMatchObject({ 'PK~US': ['PK:party', 'US:party'] });
  });

  test('is not made by a speaker whose country is not stated, nor by the host alone', () => {
    expect(relations(held('CN', said(undefined, ...named('mentioned', 'PK'))))).toEqual({});
    expect(relations(held('CN'))).toEqual({});
  });

  test('is not made between the parties of what more than 30 countries sign, but with their host', () => {
    const parties = COUNTRIES.map((country) => ({ name: country, kind: 'state', country }));
    const signed = (count: number, more: object) => {
      return { ...mou, data: { ...mou.data, parties: parties.slice(0, count), ...more } };
    };
    expect(Object.keys(relations(signed(30, {})))).toHaveLength((30 * 29) / 2);
    expect(relations(signed(31, {}))).toEqual({});
    const hosted = relations(signed(31, { place: { country: 'FR' } }));
    expect(Object.keys(hosted)).toHaveLength(31);
    expect(hosted).toMatchObject({ 'FR~PK': ['FR:host', 'PK:party'] });
  });

  test('is made by the one speaker who names many, and not among the many', () => {
    const spoken = said('US', ...named('mentioned', ...COUNTRIES));
    expect(Object.keys(relations(held('US', spoken)))).toHaveLength(COUNTRIES.length);
  });
});
