import { describe, expect, test } from '@jest/globals';
import { relationTimeline } from '../../projections/relation.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord } from '../../src/domain/record/record-version.ts';
import { briefing, mou, recorded, shipment } from '../domain/events.ts';

/** Returns the relations that the last event makes, each with its roles. */
function relations(...events: readonly object[]): Record<string, unknown> {
  const record = recorded(...events).reduce(evolveRecord, emptyRecord('a-record'));
  const version = [...record.versions.values()].at(-1);
  if (version === undefined) throw new Error('Nothing was recorded');
  const partitions = relationTimeline.partitionBy(version, undefined);
  return Object.fromEntries([...partitions].map(([key, { roles }]) => [key, roles]));
}

const person = (country?: string) => ({ name: 'A person', kind: 'person', ...(country && { country }) });
const named = (role: string, ...countries: string[]) => countries.map((country) => ({ country, role }));

function statement(speaker: string | undefined, ...countries: object[]) {
  const text = [{ language: 'en', value: 'They are friends.' }];
  const key = `by-${speaker}`;
  return { key, speaker: person(speaker), speechAct: 'affirm', text, quoted: 'paraphrase', countries };
}

function briefingBy(host: string, ...statements: object[]) {
  const institution = { ...briefing.data.institution, country: host };
  return { ...briefing, data: { ...briefing.data, institution, hosts: [host], statements } };
}

/** Country codes; 'PK' is the first. */
const COUNTRIES =
  'PK AF AL DZ AD AO AG AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW BR BN BG BF BI KH CM CA CV'.split(
    ' ',
  );

describe('The relation timeline', () => {
  test('relates the parties of a signing to each other and to its host', () => {
    const { data } = mou;
    expect(relations({ ...mou, data: { ...data, place: { country: 'QA' } } })).toEqual({
      'PK~US': ['PK:party', 'US:party'],
      'PK~QA': ['PK:party', 'QA:host'],
      'QA~US': ['QA:host', 'US:party'],
    });
  });

  test('relates origin and destination of a shipment on each of its steps', () => {
    const arrival = { ...shipment, type: 'ShipmentArrived', data: {} };
    expect(relations(shipment, arrival)).toEqual({ 'PK~US': ['PK:origin', 'US:destination'] });
  });

  test('shows in the roles which country speaks about which', () => {
    expect(relations(briefingBy('CN', statement('CN', ...named('mentioned', 'PK'))))).toEqual({
      'CN~PK': ['CN:host', 'CN:issuer', 'CN:speaker', 'PK:mentioned'],
    });
    expect(relations(briefingBy('PK', statement('PK', ...named('mentioned', 'CN'))))).toEqual({
      'CN~PK': ['CN:mentioned', 'PK:host', 'PK:issuer', 'PK:speaker'],
    });
  });

  test('does not relate the speaker of one statement to the countries of another', () => {
    // At a Chinese briefing China mentions the US, and a relayed Pakistani statement is about China.
    const statements = [
      statement('CN', ...named('mentioned', 'US')),
      statement('PK', ...named('target', 'CN')),
    ];
    expect(relations(briefingBy('CN', ...statements))).toEqual({
      'CN~US': ['CN:host', 'CN:issuer', 'CN:speaker', 'US:mentioned'],
      'CN~PK': ['CN:host', 'CN:issuer', 'CN:target', 'PK:speaker'],
    });
  });

  test('does not relate countries that only a third one mentions', () => {
    const spoken = statement('CN', ...named('mentioned', 'PK', 'US'), ...named('target', 'IN', 'JP'));
    expect(Object.keys(relations(briefingBy('CN', spoken))).sort()).toEqual([
      'CN~IN',
      'CN~JP',
      'CN~PK',
      'CN~US',
    ]);
  });

  test('relates countries that act together according to a third one', () => {
    const spoken = statement('CN', ...named('party', 'PK', 'US'));
    expect(relations(briefingBy('CN', spoken))).toMatchObject({ 'PK~US': ['PK:party', 'US:party'] });
  });

  test('relates the issuer of a statement to what a speaker without a country names', () => {
    expect(relations(briefingBy('CN', statement(undefined, ...named('mentioned', 'PK'))))).toEqual({
      'CN~PK': ['CN:host', 'CN:issuer', 'PK:mentioned'],
    });
    expect(relations(briefingBy('CN'))).toEqual({});
  });

  test('relates the parties of more than 30 countries to their host only', () => {
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

  test('relates one speaker to the many countries it names, but not these to each other', () => {
    const spoken = statement('US', ...named('mentioned', ...COUNTRIES));
    expect(Object.keys(relations(briefingBy('US', spoken)))).toHaveLength(COUNTRIES.length);
  });
});
