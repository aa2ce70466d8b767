import { describe, expect, test } from '@jest/globals';
import { eraMismatch, notYetExisting, resolveReusedCode } from '../../src/domain/countries/eras.ts';
import { decodeEvent } from '../../src/domain/events/event.ts';
import { parseEvent } from '../../src/domain/events/parse.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordVersion } from '../../src/domain/record/record-version.ts';
import { rolesByCountry } from '../../src/domain/record/summary.ts';
import { spanOf } from '../../src/domain/values/edtf.ts';
import { briefing, correction, id, mou, parsed, sources, stored } from './events.ts';

describe('a withdrawn code', () => {
  test.each([
    ['SU', '1991-12-26'],
    ['SU', '1991/1995'],
    ['CSHH', '1968-08-20'],
    ['CSXX', '2004'],
    ['CSHH', '1992/2003'],
    ['YU', '../1990'],
    ['DD', '198X'],
    ['PK', '2025'],
  ])('%s matches a country that existed in %s', (code, date) => {
    expect(eraMismatch(code, spanOf(date))).toBeUndefined();
  });

  test.each([
    ['SU', '1992'],
    ['CSHH', '1993/2002'],
    ['CSHH', '2005'],
    ['CSXX', '1985'],
    ['YU', '2025'],
    ['ZR', '1970-12-31'],
    ['DD', '1991/..'],
  ])('%s matches no country that existed in %s', (code, date) => {
    expect(eraMismatch(code, spanOf(date))).toContain('country that existed at the time');
  });

  test('names both states that had the code CS', () => {
    for (const [code, date] of [
      ['CSHH', '2005'],
      ['CSXX', '1985'],
    ] as const) {
      const detail = eraMismatch(code, spanOf(date));
      expect(detail).toContain('Czechoslovakia (1918 to 1992)');
      expect(detail).toContain('Serbia and Montenegro (2003 to 2006)');
    }
  });
});

describe('CS', () => {
  test.each([
    ['1968-08-20', 'CSHH'],
    ['1992-12-31', 'CSHH'],
    ['1990/1995', 'CSHH'],
    ['2003-02-04', 'CSXX'],
    ['2000/2004', 'CSXX'],
  ])('is in %s the code of %s', (date, code) => {
    expect(resolveReusedCode('CS', spanOf(date))).toEqual({ outcome: 'resolved', code });
  });

  test.each(['1992/2003', '1993/2002', '2025', '1985/..'])('is refused for %s, naming both', (date) => {
    const found = resolveReusedCode('CS', spanOf(date));
    expect(found).toMatchObject({
      outcome: 'refused',
      detail: expect.stringMatching(/CSHH, Czechoslovakia.*CSXX, Serbia and Montenegro/),
    });
  });
});

describe('a state that emerged since 1945', () => {
  test.each([
    ['SS', '1990', 2011],
    ['SS', '2010-12-31', 2011],
    ['PK', '1940', 1947],
    ['CZ', '1985', 1993],
    ['XK', '1999', 2008],
    ['DZ', '../1950', 1962],
    ['EE', '1960', 1991],
    ['RS', '1970', 2006],
  ])('%s did not exist yet in %s', (code, date, year) => {
    expect(notYetExisting(code, spanOf(date))).toContain(`since ${year}`);
  });

  test.each([
    ['SS', '2011-07-09'],
    ['SS', '2010/2012'],
    ['SS', '1990/..'],
    ['EE', '1930'],
    ['RS', '1912'],
    ['FR', '1789'],
    ['UA', '1960'],
    ['SU', '1985'],
    ['constructor', '1985'],
  ])('%s may have existed in %s', (code, date) => {
    expect(notYetExisting(code, spanOf(date))).toBeUndefined();
  });
});

const [, partner] = mou.data.parties;
const signedBy = (country: string, occurred: string) => ({
  ...mou,
  occurred,
  data: { ...mou.data, parties: [{ name: 'CS', kind: 'company', country }, partner] },
});

function errorsOf(event: object) {
  const result = parseEvent(event);
  return result.outcome === 'refused' ? result.errors : [];
}

describe('an event', () => {
  test.each([
    ['Serbia and Montenegro', '1985'],
    ['Czechoslovakia', '2005'],
    ['CS', '1992/2003'],
    ['CS', '1998'],
    ['Soviet Union', '2005'],
  ])('whose party is %s is refused in %s', (country, occurred) => {
    expect(errorsOf(signedBy(country, occurred))).toEqual([
      { pointer: '/data/parties/0/country', code: 'country-out-of-time', detail: expect.any(String) },
    ]);
  });

  test.each([
    ['CS', '1985', 'CSHH'],
    ['CS', '2004', 'CSXX'],
    ['Czechoslovakia', '1985', 'CSHH'],
    ['Serbia and Montenegro', '2004', 'CSXX'],
    ['CSHH', '1985', 'CSHH'],
  ])('of %s in %s is recorded with the code %s', (country, occurred, code) => {
    const event = parsed(signedBy(country, occurred));
    expect(event.data).toMatchObject({ parties: [{ country: code }, {}] });
    expect(event.verbatim?.['/data/parties/0/country']).toBe(country === code ? undefined : country);
  });
});

const [statement] = briefing.data.statements;
const naming = (country: string, role: string) => ({
  ...briefing,
  data: { ...briefing.data, statements: [{ ...statement, countries: [{ country, role }] }] },
});

describe('a state that is gone', () => {
  test.each(['SU', 'Czechoslovakia', 'Yugoslavia'])('may be mentioned: %s', (country) => {
    expect(errorsOf(naming(country, 'mentioned'))).toEqual([]);
  });

  test('may have relayed a report', () => {
    const tass = { name: 'TASS', kind: 'media', country: 'SU' };
    const relayed = [{ ...sources[0], attribution: [tass] }];
    expect(errorsOf({ ...naming('CN', 'mentioned'), sources: relayed })).toEqual([]);
  });

  test('is refused in a role that acts', () => {
    expect(errorsOf(naming('SU', 'target'))).toMatchObject([
      { pointer: '/data/statements/0/countries/0/country', code: 'country-out-of-time' },
    ]);
  });

  test('is ambiguous when it is mentioned as CS at a date of neither', () => {
    expect(errorsOf(naming('CS', 'mentioned'))).toMatchObject([
      { pointer: '/data/statements/0/countries/0/country', code: 'ambiguous-country' },
    ]);
  });
});

describe('CS as earlier versions recorded it', () => {
  type Stored = Parameters<typeof stored>[1];

  /** The first event as it reads after the others. */
  function readBack(...events: readonly Stored[]): RecordVersion {
    const decoded = events.map((event, index) => decodeEvent(stored(index + 1, event, { schemaVersion: 1 })));
    const version = decoded.reduce(evolveRecord, emptyRecord(mou.stream)).versions.get(id(1));
    if (version === undefined) throw new Error('There is no version');
    return version;
  }

  test.each([
    ['1985', 'CSHH'],
    ['2004', 'CSXX'],
    ['1992/2003', 'CSHH'],
  ])('reads in %s as %s, and a text stays as it is', (occurred, code) => {
    const version = readBack(signedBy('CS', occurred));
    expect(version.data).toMatchObject({ parties: [{ name: 'CS', country: code }, {}] });
    expect([...rolesByCountry(version).keys()]).toEqual([code, 'PK']);
  });

  test('is kept in the event as recorded', () => {
    expect(readBack(signedBy('CS', '1985')).event.data).toMatchObject({ parties: [{ country: 'CS' }, {}] });
  });

  test('follows a correction of the date', () => {
    const { data } = signedBy('CS', '2004');
    const version = readBack(signedBy('CS', '1985'), correction(1, data, { occurred: '2004' }));
    expect(version.data).toMatchObject({ parties: [{ country: 'CSXX' }, {}] });
  });
});
