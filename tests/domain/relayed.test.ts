import { describe, expect, test } from '@jest/globals';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord } from '../../src/domain/record/record-version.ts';
import { headline, rolesByCountry } from '../../src/domain/record/summary.ts';
import { briefing, recorded } from './events.ts';

const pakistan = { name: 'Pakistan', kind: 'state', country: 'PK' };
const linJian = { name: 'Lin Jian', kind: 'person', country: 'CN', names: { zh: '林剑' } };
const xinhua = { name: 'Xinhua', kind: 'media', country: 'CN' };

/** Returns the roles and the headline of a Chinese briefing with one statement. */
function reading(speaker: object, ...attribution: readonly object[]) {
  const [said] = briefing.data.statements;
  const statement = { ...said, speaker, attribution, countries: [] };
  const event = { ...briefing, data: { ...briefing.data, hosts: [], statements: [statement] } };
  const [version] = recorded(event).reduce(evolveRecord, emptyRecord('briefing-mfa')).versions.values();
  if (version === undefined) throw new Error('Nothing was recorded');
  return { roles: Object.fromEntries(rolesByCountry(version)), headline: headline(version) };
}

describe('A relayed statement', () => {
  test('is spoken by the last one who relayed it', () => {
    const sheikh = { name: 'A Sheikh', kind: 'person', country: 'QA' };
    expect(reading(pakistan, pakistan, sheikh, linJian, xinhua).roles).toEqual({
      CN: ['issuer', 'speaker'],
      PK: ['relayed'],
      QA: ['relayed'],
    });
  });

  test('says in its headline according to whom', () => {
    expect(reading(pakistan, pakistan, linJian, xinhua).headline).toContain(
      'Pakistan, according to Lin Jian (China), denies: ',
    );
  });
});

describe('A statement in the speaker’s own words', () => {
  test.each([
    ['by name', { ...linJian, name: 'LIN JIAN' }],
    ['by another name', { ...linJian, name: '林剑', names: {} }],
    ['by the ministry', { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'CN' }],
    ['by an outlet', xinhua],
  ])('is not relayed if the chain has the speaker %s', (_how, link) => {
    const { roles, headline } = reading(linJian, linJian, link, xinhua);
    expect(roles).toEqual({ CN: ['issuer', 'speaker'] });
    expect(headline).not.toContain('according to');
  });

  test('is not relayed by the government of the state that speaks', () => {
    const government = { name: 'Government of Pakistan', kind: 'state', country: 'PK' };
    expect(reading(pakistan, government, xinhua).roles['PK']).toEqual(['speaker']);
  });
});
