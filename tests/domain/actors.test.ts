import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { defineEventType } from '../../src/domain/event-types/define-event-type.ts';
import { registerEventTypes } from '../../src/domain/event-types/registry.ts';
import { type Actor, actor } from '../../src/domain/fields/actor.ts';
import { fields } from '../../src/domain/fields/fields.ts';
import { actorKey, isNameKey } from '../../src/domain/record/actor-key.ts';
import { actorRoles, actorsOf } from '../../src/domain/record/actors.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordVersion } from '../../src/domain/record/record-version.ts';
import { rolesByCountry } from '../../src/domain/record/summary.ts';
import { normalizeName } from '../../src/domain/values/text.ts';
import { briefing, mou, recorded, shipment } from './events.ts';

function last(...events: readonly object[]): RecordVersion {
  const record = recorded(...events).reduce(evolveRecord, emptyRecord('a-record'));
  const version = [...record.versions.values()].at(-1);
  if (version === undefined) throw new Error('Nothing was recorded');
  return version;
}

/** Returns the roles by key. */
function roles(...events: readonly object[]): Record<string, readonly string[]> {
  return Object.fromEntries([...actorsOf(last(...events))].map(([key, found]) => [key, found.roles]));
}

const keyOf = (parts: object) => actorKey({ name: 'A', kind: 'person', ...parts } as Actor);

describe('the key of an actor', () => {
  test.each([
    [{ name: 'Frontier Works Organization', country: 'PK' }, 'pk~frontier-works-organization'],
    [{ name: ' FRONTIER  works\nOrganization ', country: 'PK' }, 'pk~frontier-works-organization'],
    [{ name: 'Lin Jian' }, '~lin-jian'],
    [{ name: '林剑', country: 'CN' }, 'cn~林剑'],
    [{ name: 'AT&T', country: 'US' }, 'us~at&t'],
    [{ name: 'Ban Ki-moon', country: 'KR' }, 'kr~ban-ki~-moon'],
    [{ name: 'a~b' }, '~a~~b'],
    [{ name: 'NATO', kind: 'igo', country: 'BE' }, 'nato'],
    [{ name: 'NATO', kind: 'company' }, '~nato'],
    [{ identifiers: { wikidata: 'Q7184' } }, 'nato'],
    [{ identifiers: { wikidata: 'Q42944', ror: '01ggx4157' } }, 'Q42944'],
    [{ identifiers: { lei: 'HWUPKR0MPOU8FGXBT394', ror: '01ggx4157' } }, 'ror-01ggx4157'],
    [{ identifiers: { imo: '9074729', lei: 'HWUPKR0MPOU8FGXBT394' } }, 'lei-HWUPKR0MPOU8FGXBT394'],
    [{ identifiers: { imo: '9074729' } }, 'imo-9074729'],
    [{ identifiers: {} }, '~a'],
  ])('of %j is %s', (parts, key) => {
    expect(keyOf(parts)).toBe(key);
  });

  test('by name is the same only for the same country and the same name but for case and spacing', () => {
    const names = fc.stringMatching(/^[ab ~-]{1,6}$/).filter((name) => name.trim() !== '');
    const countries = fc.constantFrom(undefined, 'CN', 'PK');
    fc.assert(
      fc.property(names, names, countries, countries, (name, other, country, elsewhere) => {
        const isSame = normalizeName(name) === normalizeName(other) && country === elsewhere;
        const keys = [keyOf({ name, country }), keyOf({ name: other, country: elsewhere })];
        expect(keys[0] === keys[1]).toBe(isSame);
        expect(keys.map(isNameKey)).toEqual([true, true]);
      }),
    );
  });
});

describe('the actors of an event', () => {
  test('are found in all its fields, with the roles that the fields say', () => {
    const [statement] = briefing.data.statements;
    const attribution = [
      { name: 'Lin Jian', kind: 'person', country: 'CN' },
      { name: 'Xinhua', kind: 'media', country: 'CN' },
    ];
    const data = {
      ...briefing.data,
      spokespersons: [{ name: 'Lin Jian', kind: 'person', country: 'CN' }],
      statements: [{ ...statement, attribution }],
    };
    expect(roles({ ...briefing, data })).toEqual({
      'cn~foreign-ministry-of-china': ['issuer'],
      'cn~lin-jian': ['spokesperson', 'speaker'],
      'cn~xinhua': ['relayer'],
    });
    expect(roles(mou)).toEqual({
      'us~us-strategic-metals': ['party'],
      'pk~frontier-works-organization': ['party'],
    });
  });

  test('do not speak if others relay what they said', () => {
    const [statement] = briefing.data.statements;
    const pakistan = { name: 'Pakistan', kind: 'state', country: 'PK' };
    const linJian = { name: 'Lin Jian', kind: 'person', country: 'CN' };
    const relayed = { ...statement, key: 'b', speaker: pakistan, attribution: [pakistan, linJian] };
    const statements = [statement, relayed];
    expect(roles({ ...briefing, data: { ...briefing.data, statements } })).toEqual({
      'cn~foreign-ministry-of-china': ['issuer'],
      'cn~lin-jian': ['speaker', 'relayer'],
      'pk~pakistan': ['relayed'],
    });
  });

  test('are those that impose a measure and those that it is aimed at', () => {
    const ministry = { name: 'Ministry of Commerce', kind: 'government-body', country: 'CN' };
    const metals = { name: 'US Strategic Metals', kind: 'company', country: 'US' };
    const data = { instrument: 'export-control', imposers: [ministry], targets: { actors: [metals] } };
    expect(roles({ ...mou, type: 'MeasureImposed', stream: 'measure-1', data })).toEqual({
      'cn~ministry-of-commerce': ['imposer'],
      'us~us-strategic-metals': ['target'],
    });
  });

  test('are those that intercept a shipment, beside those of its first event', () => {
    const navy = { name: 'Navy', kind: 'military', country: 'US' };
    const consignor = { name: 'Mica Works', kind: 'company', country: 'PK' };
    const dispatched = { ...shipment, data: { ...shipment.data, consignor } };
    const intercepted = { ...shipment, type: 'ShipmentIntercepted', data: { by: navy, act: 'seized' } };
    expect(roles(dispatched, intercepted)).toEqual({ 'pk~mica-works': ['consignor'], 'us~navy': ['agent'] });
  });

  test('do not include a speaker without a name', () => {
    const [statement] = briefing.data.statements;
    const speaker = { name: 'A senior official', kind: 'person', country: 'CN', anonymity: 'on-background' };
    const data = { ...briefing.data, statements: [{ ...statement, speaker }] };
    expect(roles({ ...briefing, data })).toEqual({ 'cn~foreign-ministry-of-china': ['issuer'] });
  });

  test('of the first event of the record are actors of its later steps', () => {
    const consignor = { name: 'Frontier Works Organization', kind: 'government-body', country: 'PK' };
    const carrier = { name: 'Ever Given', kind: 'vessel', identifiers: { imo: '9811000' } };
    const announced = { ...shipment, data: { ...shipment.data, consignor } };
    const arrived = { ...shipment, type: 'ShipmentArrived', data: { carrier } };
    expect(roles(announced, arrived)).toEqual({
      'pk~frontier-works-organization': ['consignor'],
      'imo-9811000': ['carrier'],
    });
  });

  test('of the first event are none of a step that concerns one party', () => {
    const leaving = {
      ...mou,
      type: 'MouTerminated',
      data: { terminatedOn: '2025-12', parties: [mou.data.parties[0]] },
    };
    expect(roles(mou, leaving)).toEqual({ 'us~us-strategic-metals': ['party'] });
    expect(roles(mou, { ...leaving, data: { terminatedOn: '2025-12' } })).toEqual(roles(mou));
  });

  test('are one under one identifier, with each of the names', () => {
    const identifiers = { wikidata: 'Q1' };
    const parties = ['CERN', 'Conseil européen pour la recherche nucléaire'].map((name) => {
      return { name, kind: 'igo', identifiers };
    });
    const actors = actorsOf(last({ ...mou, data: { ...mou.data, parties } }));
    expect([...actors.values()]).toEqual([
      { actor: parties[0], names: parties.map(({ name }) => name), roles: ['party'] },
    ]);
  });

  test('do not include the outlets of its sources', () => {
    const sources = [{ outlet: 'Dawn', attribution: [{ name: 'Dawn', kind: 'media' }] }];
    expect(Object.keys(roles({ ...shipment, sources }))).toEqual([]);
  });
});

describe('the actors of an event of an own type', () => {
  const visaIssued = defineEventType({
    name: 'VisaIssuedToActors',
    category: 'visa',
    lane: 'Visas',
    label: 'Visa',
    description: 'A visa is issued.',
    version: 1,
    data: z.strictObject({
      issuedBy: fields.actor.exactOptional(),
      holders: z.array(z.strictObject({ holder: z.union([z.strictObject({ count: z.int() }), actor]) })),
      guarantors: z.strictObject({ actors: z.array(actor) }).exactOptional(),
      source: z.strictObject({ ...actor.shape, anonymity: z.string().exactOptional() }).exactOptional(),
    }),
    headline: () => 'A visa is issued',
    countries: () => [],
    example: { occurred: '2025', data: { holders: [] } },
  });
  registerEventTypes([visaIssued]);

  const event = (data: object) => ({ ...mou, type: visaIssued.name, stream: 'visa-1', data });

  test('are found by the kind of the fields, also among alternatives', () => {
    const holder = { name: 'Lin Jian', kind: 'person' };
    const issuedBy = { name: 'Consulate', kind: 'government-body', country: 'PK' };
    expect(roles(event({ issuedBy, holders: [{ holder }, { holder: { count: 3 } }] }))).toEqual({
      'pk~consulate': ['issued-by'],
      '~lin-jian': ['holder'],
    });
  });

  test('have the role of the field that holds a list of actors among others', () => {
    const guarantors = { actors: [{ name: 'Embassy of Pakistan', kind: 'government-body' }] };
    expect(roles(event({ guarantors, holders: [] }))).toEqual({ '~embassy-of-pakistan': ['guarantor'] });
  });

  test('do not include somebody who is described, but not named', () => {
    const source = { name: 'A senior official', kind: 'person' };
    expect(roles(event({ source, holders: [] }))).toEqual({ '~a-senior-official': ['source'] });
    expect(roles(event({ source: { ...source, anonymity: 'unnamed' }, holders: [] }))).toEqual({});
  });

  test('add their roles to those of all types', () => {
    const known = [
      'issuer',
      'spokesperson',
      'speaker',
      'relayer',
      'party',
      'consignor',
      'consignee',
      'carrier',
    ];
    expect(actorRoles()).toEqual(expect.arrayContaining([...known, 'issued-by', 'holder']));
  });
});

describe('the countries of a treaty', () => {
  const treaty = (party: object) => {
    const parties = [party, { name: 'Panama', kind: 'state', country: 'PA' }];
    return Object.fromEntries(rolesByCountry(last({ ...mou, data: { ...mou.data, parties } })));
  };

  test('include the members of an organisation that signs for them', () => {
    const bleu = { name: 'BLEU (Belgium-Luxembourg Economic Union)', kind: 'igo' };
    expect(treaty(bleu)).toEqual({ PA: ['party'], BE: ['party'], LU: ['party'] });
  });

  test.each(['NATO', 'United Nations', 'EU', 'ASEAN'])('do not include the members of %s', (name) => {
    expect(treaty({ name, kind: 'igo' })).toEqual({ PA: ['party'] });
  });

  test('do not include the members of an organisation in another role', () => {
    const consignor = { name: 'Benelux', kind: 'igo' };
    const countries = rolesByCountry(last({ ...shipment, data: { ...shipment.data, consignor } }));
    expect([...countries.keys()]).toEqual(['PK', 'US']);
  });
});
