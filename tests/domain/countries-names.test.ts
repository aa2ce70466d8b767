import { describe, expect, test } from '@jest/globals';
import { resolveCountry } from '../../src/domain/countries/countries.ts';
import { displayLocales } from '../../src/domain/countries/locales.ts';
import { displaySpellingsIn } from '../../src/domain/countries/spellings.ts';

function meaningOf(text: string): string | readonly string[] | undefined {
  const found = resolveCountry(text);
  if (found.outcome === 'resolved') return found.code;
  return found.reason === 'ambiguous' ? found.candidates : undefined;
}

describe('a name is resolved', () => {
  test.each([
    ['بھارت', 'IN'],
    ['ロシア', 'RU'],
    ['韓国', 'KR'],
    ['Corea del Norte', 'KP'],
    ['Соединенные Штаты', 'US'],
    ['印度尼西亚', 'ID'],
    ['美國', 'US'],
    ['المملكة العربية السعودية', 'SA'],
    ['Њемачка', 'DE'],
    ['Nemačka', 'DE'],
    ['ประเทศไทย', undefined],
    ['ไทย', 'TH'],
    ['Afrika Kusini', 'ZA'],
    ['Ý', 'IT'],
    ['Weissrussland', undefined],
    ['KIBRIS', 'CY'],
  ])('in any language of ICU: %s is %s', (text, code) => {
    expect(meaningOf(text)).toBe(code);
  });

  test.each([
    ['Republic of India', 'IN'],
    ['the French Republic', 'FR'],
    ['Hashemite Kingdom of Jordan', 'JO'],
    ['State of Qatar', 'QA'],
    ['Kingdom of Norway', 'NO'],
    ['Republic of Sudan', 'SD'],
    ['Republic of South Sudan', 'SS'],
    ['Democratic People’s Republic of Korea', 'KP'],
    ["People's Republic of China", 'CN'],
    ["People's Republic of the Congo", 'CG'],
    ['Czechoslovak Socialist Republic', 'CSHH'],
    ['Ukrainian SSR', 'UA'],
    ['Republic of Moldova', 'MD'],
    ['United Kingdom of Great Britain and Northern Ireland', 'GB'],
    ['République islamique d’Iran', 'IR'],
    ["République d'Indonésie", 'ID'],
    ['República Popular China', 'CN'],
    ['Исламская Республика Пакистан', 'PK'],
    ['جمهورية مصر العربية', 'EG'],
    ['大韩民国', 'KR'],
    ['印度共和国', 'IN'],
  ])('in its formal form: %s is %s', (text, code) => {
    expect(meaningOf(text)).toBe(code);
  });

  test.each([
    ['S. Korea', 'KR'],
    ['N. Korea', 'KP'],
    ['S. Africa', 'ZA'],
    ['N. Macedonia', 'MK'],
    ['Bosnia', 'BA'],
    ['Venezuela', 'VE'],
    ['Venezuela, RB', 'VE'],
    ['Egypt, Arab Rep.', 'EG'],
    ['Korea, Rep.', 'KR'],
    ["Korea, Dem. People's Rep.", 'KP'],
    ['Congo, Dem. Rep.', 'CD'],
    ['Congo, Rep.', 'CG'],
    ['Micronesia, Fed. Sts.', 'FM'],
    ['U.K.', 'GB'],
    ['URSS', 'SU'],
    ['Československo', 'CSHH'],
  ])('in a short form of the press or of statistics: %s is %s', (text, code) => {
    expect(meaningOf(text)).toBe(code);
  });
});

describe('errors of the tables are corrected', () => {
  test.each([
    ['República Democrática do Congo', 'CD'],
    ['República Popular do Congo', 'CG'],
    ['Λαϊκή Δημοκρατία του Κονγκό', 'CG'],
    ['Eýran', 'IR'],
    ['फ्रैंच गुआना', undefined],
    ['لتونی', 'LV'],
    ['Gúúsù Kọria', 'KR'],
    ['Àríwá Kọria', 'KP'],
    ['މެލޭޝިޔާ', 'MY'],
    ['މޮރޮކޯ', 'MA'],
    ['މެކްސިކޯ', 'MX'],
    ['ނޭޕާލް', 'NP'],
    ['ޔޫގޮސްލާވިއާ', undefined],
    ['England', undefined],
  ])('%s is %s', (text, code) => {
    expect(meaningOf(text)).toBe(code);
  });

  test.each(['Bara', 'Mkutano', 'Kofia ya kijani', 'Kisiwa cha mwanadamu', 'Jezi', 'Sulemani'])(
    '%s is a word of Swahili and no country',
    (text) => {
      expect(meaningOf(text)).toBeUndefined();
    },
  );

  test.each(['Y', 'SU.', 'S.A.', 'R.-U.', 'SIN', 'sad', 'day', 'END'])(
    '%s is no country because of a name that is written otherwise',
    (text) => {
      expect(meaningOf(text)).toBeUndefined();
    },
  );

  test.each([
    ['the U.S.', 'US'],
    ['usa', 'US'],
    ['Uae', 'AE'],
    ['SAD', 'US'],
    ['ABD', 'US'],
    ['Čad', 'TD'],
    ['Guiana', 'GY'],
  ])('%s stays %s', (text, code) => {
    expect(meaningOf(text)).toBe(code);
  });
});

describe('a name of several countries is refused', () => {
  test.each(['콩고', 'کانگو', 'Κονγκό', 'कांगो', 'コンゴ', '刚果', 'الكونغو', 'Kongo', 'Công-gô', 'An Congó'])(
    '%s is either Congo',
    (text) => {
      expect(meaningOf(text)).toEqual(['CG', 'CD']);
    },
  );

  test('the names of the two Congos in ICU share no word that resolves to one of them', () => {
    const resolved = displayLocales.flatMap((locale) => {
      const names = new Map(displaySpellingsIn(locale, new Set(['CG', 'CD'])));
      const words = (code: string) => (names.get(code) ?? '').split(/[\s()（）–\-－・־]+/u);
      const shared = words('CD').filter((word) => word !== '' && words('CG').includes(word));
      return shared.filter((word) => ['CG', 'CD'].includes(meaningOf(word) as string));
    });
    expect(resolved).toEqual([]);
  });

  test.each(['Korea', 'Corea', 'Корея', 'كوريا', 'An Chóiré'])('%s is either Korea', (text) => {
    expect(meaningOf(text)).toEqual(['KR', 'KP']);
  });

  test.each([
    ['Гвиана', ['GF', 'GY']],
    ['Nigeri', ['NG', 'NE']],
    ['Shën Martin', ['MF', 'SX']],
    ['Male', ['ML', 'MV']],
    ['Papua', ['PG', 'ID']],
  ])('%s means one country in one language and another elsewhere', (text, candidates) => {
    expect(meaningOf(text)).toEqual(candidates);
  });
});
