import { parseTextQuery, type SearchTerm } from '../../../domain/search/text-query.ts';
import { searchableWords } from '../../../domain/search/words.ts';
import type { Day } from '../../../domain/values/edtf.ts';
import type { Ordinal } from '../../../projector/timeline-store.ts';
import { type TimelineStoreContract, version } from './contract.ts';

const day = (text: string): Day => text as Day;

function terms(text: string): readonly SearchTerm[] {
  const parsed = parseTextQuery(text);
  return parsed.outcome === 'parsed' ? parsed.terms : [];
}

export function describeFilters({ test, expect }: TimelineStoreContract): void {
  test('by days matches entries that overlap the range or, if certain, lie within it', (store) => {
    store.commit(
      4,
      version({ event: 1, text: 'day' }),
      version({ event: 2, earliest: '2025-09-01', latest: '2025-09-30', text: 'month' }),
      version({ event: 3, earliest: '2025-10-01', latest: undefined, text: 'open end' }),
      version({ event: 4, earliest: undefined, latest: '2025-08-31', text: 'open start' }),
    );
    const [from, to] = [day('2025-09-08'), day('2025-09-20')];
    expect(store.texts('PK', { from, to })).toEqual(['month', 'day']);
    expect(store.texts('PK', { from, to, certain: true })).toEqual(['day']);
    expect(store.texts('PK', { from: day('2030-01-01') })).toEqual(['open end']);
    expect(store.texts('PK', { from: day('2030-01-01'), certain: true })).toEqual([]);
    expect(store.texts('PK', { from: day('2025-10-01'), certain: true })).toEqual(['open end']);
    expect(store.texts('PK', { to: day('2025-09-07') })).toEqual(['open start', 'month']);
    expect(store.texts('PK', { to: day('2025-09-07'), certain: true })).toEqual(['open start']);
  });

  test('by days matches what a date may mean, and certainly only a date that can be certain', (store) => {
    const spans = (...days: readonly string[]) =>
      days.map((text) => {
        const [earliest, latest = earliest] = text.split('/').map(day);
        return { earliest, latest: latest === '..' ? undefined : latest };
      });
    const july = { earliest: '2010-07-13', latest: '2010-07-31' };
    const set = { spans: spans('2010-07-13', '2010-07-31'), canBeCertain: true };
    const about = { spans: spans('2010-07-19/2010-07-21'), canBeCertain: false };
    const long = { spans: spans('2009-01-01/2011-12-31'), canBeCertain: false };
    const unknown = { spans: spans('2010-07-25/..'), canBeCertain: false };
    store.commit(
      4,
      version({ event: 1, ...july, reach: set, text: 'one of two days' }),
      version({ event: 2, earliest: '2010-07-20', reach: about, text: 'about a day' }),
      version({ event: 3, earliest: '2010-01-01', latest: '2010-12-31', reach: long, text: 'about a year' }),
      version({ event: 4, earliest: '2010-07-25', latest: undefined, reach: unknown, text: 'end unknown' }),
    );
    const found = (from: string, to: string, certain = false) =>
      store.texts('PK', { from: day(from), to: day(to), certain });
    expect(found('2010-07-13', '2010-07-31')).toEqual([
      'about a year',
      'one of two days',
      'about a day',
      'end unknown',
    ]);
    expect(found('2010-07-13', '2010-07-31', true)).toEqual(['one of two days']);
    expect(found('2010-07-14', '2010-07-18')).toEqual(['about a year']);
    expect(found('2010-07-14', '2010-07-19')).toEqual(['about a year', 'about a day']);
    expect(found('2010-07-21', '2010-07-24')).toEqual(['about a year', 'about a day']);
    expect(found('2010-07-31', '2010-07-31')).toEqual(['about a year', 'one of two days', 'end unknown']);
    expect(found('2010-07-14', '2010-07-31', true)).toEqual([]);
    expect(found('2009-01-01', '2009-01-01')).toEqual(['about a year']);
    expect(found('2008-12-01', '2008-12-31')).toEqual([]);
    expect(found('2011-12-31', '2012-12-31')).toEqual(['about a year', 'end unknown']);
    expect(store.texts('PK', { from: day('2012-01-01') })).toEqual(['end unknown']);
    expect(store.texts('PK', { to: day('2010-07-19') })).toEqual([
      'about a year',
      'one of two days',
      'about a day',
    ]);
    expect(store.texts('PK', { certain: true })).toEqual(['one of two days']);
    expect(store.texts('PK', { from: day('2010-07-01'), certain: true })).toEqual(['one of two days']);
  });

  test('matches any value of a list, and every list', (store) => {
    store.commit(
      3,
      version({ event: 1, countries: ['PK', 'US'], roles: ['party'], text: 'a' }),
      version({ event: 2, countries: ['PK', 'CN'], roles: ['host', 'mentioned'], text: 'b' }),
      version({ event: 3, countries: ['PK'], roles: ['mentioned'], speechActs: ['deny'], text: 'c' }),
    );
    expect(store.texts('PK', { countries: ['US', 'CN'] })).toEqual(['a', 'b']);
    expect(store.texts('PK', { roles: ['mentioned'] })).toEqual(['b', 'c']);
    expect(store.texts('PK', { roles: ['mentioned'], countries: ['CN'] })).toEqual(['b']);
    expect(store.texts('PK', { types: ['MouSigned'], topics: ['rare-earths'] })).toEqual(['a', 'b', 'c']);
    expect(store.texts('PK', { speechActs: ['deny', 'affirm'] })).toEqual(['c']);
  });

  test('matches whole values, not parts of them', (store) => {
    store.commit(1, version({ event: 1, topics: ['rare-earths', 'trade'] }));
    expect(store.texts('PK', { types: ['Mou'] })).toEqual([]);
    expect(store.texts('PK', { topics: ['rare'] })).toEqual([]);
    expect(store.texts('PK', { roles: ['part'] })).toEqual([]);
    expect(store.texts('PK', { countries: ['rare-earths'] })).toEqual([]);
    expect(store.texts('PK', { topics: ['trade'] })).toEqual(['entry 1']);
  });

  test('matches names of speakers exactly, whatever characters they contain', (store) => {
    const names = ['Lin Jian', 'Lin', 'a|b', 'a%7Cb', '100 %', '林剑', '|', '"'];
    store.commit(
      names.length,
      ...names.map((name, i) => version({ event: i + 1, speakers: [name, 'All'], text: name })),
    );
    for (const name of names) expect(store.texts('PK', { speakers: [name] })).toEqual([name]);
    expect(store.texts('PK', { speakers: ['All'] })).toEqual(names);
    expect(store.texts('PK', { speakers: ['all'] })).toEqual([]);
    expect(store.texts('PK', { speakers: ['a|b', '100 %'] })).toEqual(['a|b', '100 %']);
  });

  test('matches names of outlets and of those who relayed a claim exactly', (store) => {
    store.commit(
      2,
      version({ event: 1, outlets: ['dawn', 'xinhua'], relays: ['lin jian'], text: 'a' }),
      version({ event: 2, outlets: ['xinhua'], speakers: ['lin jian'], text: 'b' }),
    );
    expect(store.texts('PK', { outlets: ['xinhua'] })).toEqual(['a', 'b']);
    expect(store.texts('PK', { outlets: ['dawn'] })).toEqual(['a']);
    expect(store.texts('PK', { relays: ['lin jian'] })).toEqual(['a']);
    expect(store.texts('PK', { relays: ['lin'] })).toEqual([]);
    expect(store.texts('PK', { relays: ['lin jian'], speakers: ['lin jian'] })).toEqual([]);
  });

  test('matches all words of a text, in every timeline and on every page', (store) => {
    const words = [
      ['Lin Jian said', 'rare earths'],
      ['中方对稀土出口实施管制', 'Rare earths are not affected'],
      ['earths, rare'],
      [],
    ].map(searchableWords);
    store.commit(
      words.length,
      ...words.map((each, i) =>
        version({ event: i + 1, words: each, keys: i === 0 ? ['PK'] : ['PK', 'CN'] }),
      ),
    );
    const found = (text: string, key = 'PK') => store.textsInPages(key, { text: terms(text), limit: 1 });
    expect(found('RARE earths')).toEqual(['entry 1', 'entry 2', 'entry 3']);
    expect(found('"rare earths"')).toEqual(['entry 1', 'entry 2']);
    expect(found('"said rare"')).toEqual([]);
    expect(found('ear* lin')).toEqual(['entry 1']);
    expect(found('ear')).toEqual([]);
    expect(found('土')).toEqual(['entry 2']);
    expect(found('稀土 affected')).toEqual(['entry 2']);
    expect(found('出土')).toEqual([]);
    expect(found('rare', 'CN')).toEqual(['entry 2', 'entry 3']);
    expect(store.texts('PK', { text: terms('rare'), countries: ['US'] })).toEqual([]);
  });

  test('matches the words of the state that is read', (store) => {
    const words = searchableWords(['antimony']);
    store.commit(1, version({ event: 1, words, text: 'same' }));
    store.commit(2, version({ event: 1, from: 2, words: searchableWords(['mica']), text: 'same' }));
    expect(store.texts('PK', { text: terms('antimony'), asOf: 1 as Ordinal })).toEqual(['same']);
    expect(store.texts('PK', { text: terms('antimony') })).toEqual([]);
    expect(store.texts('PK', { text: terms('mica') })).toEqual(['same']);
    expect(store.texts('PK', { text: terms('mica'), asOf: 1 as Ordinal })).toEqual([]);
  });

  test('matches institutions and what countries have to do with it', (store) => {
    store.commit(
      2,
      version({ event: 1, institutions: ['ministry'], countryRoles: ['CN:said', 'PK:about'], text: 'a' }),
      version({ event: 2, countryRoles: ['PK:said'], text: 'b' }),
    );
    expect(store.texts('PK', { institutions: ['ministry'] })).toEqual(['a']);
    expect(store.texts('PK', { countryRoles: ['CN:said', 'PK:said'] })).toEqual(['a', 'b']);
    expect(store.texts('PK', { countryRoles: ['PK:about', 'CN:about'] })).toEqual(['a']);
    expect(store.texts('PK', { countryRoles: ['PK:said'], institutions: ['ministry'] })).toEqual([]);
  });

  test('with all of its parts works for past states as for the present', (store) => {
    const first = { countries: ['PK', 'US'], topics: ['mica'], speechActs: ['deny'], speakers: ['A|B'] };
    store.commit(
      3,
      version({ event: 1, ...first, type: 'BriefingHeld', roles: ['host'], text: 'old' }),
      version({ event: 2, ...first, type: 'BriefingHeld', roles: ['host'], text: 'other' }),
      version({ event: 1, from: 3, earliest: '2025-12-01', roles: ['party'], text: 'new' }),
    );
    const query = {
      from: day('2025-09-01'),
      to: day('2025-09-30'),
      certain: true,
      types: ['BriefingHeld'],
      roles: ['host'],
      countries: ['US'],
      topics: ['mica'],
      speechActs: ['deny'],
      speakers: ['A|B'],
    };
    expect(store.texts('PK', { ...query, asOf: 1 as Ordinal })).toEqual(['old']);
    expect(store.texts('PK', { ...query, asOf: 2 as Ordinal })).toEqual(['old', 'other']);
    expect(store.texts('PK', { ...query, asOf: 3 as Ordinal })).toEqual(['other']);
    expect(store.texts('PK', { speakers: [], roles: ['party'], asOf: 2 as Ordinal })).toEqual([]);
    expect(store.textsInPages('PK', { ...query, limit: 1, asOf: 2 as Ordinal })).toEqual(['old', 'other']);
  });
}
