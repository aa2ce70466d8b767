import { createRequire } from 'node:module';
import library from 'i18n-iso-countries/index.js';
import { type DateSpan, type Day, spansOverlap } from '../values/edtf.ts';
import { limits } from '../values/limits.ts';
import { aliases, ambiguousNames, isoOfFips, shortNames } from './names.ts';
import { type WithdrawnCountry, withdrawnCountries } from './withdrawn.ts';

declare const brand: unique symbol;

/** ISO 3166-1 alpha-2 code, in use or withdrawn, or `XK` or `EU`. */
export type CountryCode = string & { readonly [brand]: 'CountryCode' };

export type CountryOutcome =
  | { readonly outcome: 'resolved'; readonly code: CountryCode }
  | {
      readonly outcome: 'refused';
      readonly reason: 'unknown' | 'ambiguous';
      /** What to send instead. */
      readonly detail: string;
      readonly candidates: readonly CountryCode[];
    };

const require = createRequire(import.meta.url);

const withdrawnByCode: ReadonlyMap<string, readonly WithdrawnCountry[]> = new Map(
  Object.entries(withdrawnCountries),
);

const displayNames: ReadonlyMap<string, string> = new Map([
  ...Object.entries(loadNames('en')).map(([code, [name = code]]) => [code, name] as const),
  ...Object.entries(shortNames),
  ...[...withdrawnByCode].map(([code, times]) => [code, times.map(({ name }) => name).join(' / ')] as const),
]);

const codes: ReadonlySet<string> = new Set([
  ...Object.keys(library.getAlpha2Codes()),
  ...withdrawnByCode.keys(),
  'XK',
  'EU',
]);

/** Alpha-3 codes of former states. `EU` and `XK` have none. */
const WITHDRAWN_ALPHA_3 = {
  ANT: 'AN',
  BUR: 'BU',
  CSK: 'CS',
  DDR: 'DD',
  SCG: 'CS',
  SUN: 'SU',
  YUG: 'YU',
  ZAR: 'ZR',
};
const byAlpha3: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...WITHDRAWN_ALPHA_3, ...library.getAlpha3Codes() }),
);

/** True for the codes used in recorded events: in capital letters, in use or withdrawn. */
export function isCountryCode(text: string): text is CountryCode {
  return codes.has(text);
}

/**
 * Resolves a code (alpha-2 or alpha-3, in capital letters) or a name in any language of the library. Ambiguous names
 * are refused with the candidates. The names of all languages are loaded when the first name is resolved.
 */
export function resolveCountry(text: string): CountryOutcome {
  if (isCountryCode(text)) return { outcome: 'resolved', code: text };
  if (/^[A-Za-z]{2}$/.test(text)) return resolveTwoLetters(text);
  if (text.length > limits.nameCharsMax) return unknown('Expected a country.');
  return resolved(byAlpha3.get(text)) ?? resolveName(text);
}

/** Returns the short English name, and for a withdrawn code its former name. Other texts are returned unchanged. */
export function countryName(code: string): string {
  return displayNames.get(code) ?? code;
}

/** Yields every name of every country in all languages of the library, the English ones first. */
export function* countrySpellings(): Generator<readonly [CountryCode, readonly string[]]> {
  const english = [...displayNames].map(([code, name]) => [code, [name]] as const);
  for (const [code, names] of [...english, ...Object.entries(aliases)]) yield [code as CountryCode, names];
  for (const language of library.getSupportedLanguages()) {
    for (const [code, names] of Object.entries(loadNames(language))) yield [code as CountryCode, names];
  }
}

/** Returns why a withdrawn code is wrong for these dates; undefined if it is right, and for codes in use. */
export function eraMismatch(code: string, span: DateSpan): string | undefined {
  const withdrawn = withdrawnByCode.get(code);
  if (withdrawn === undefined) return undefined;
  const existed = withdrawn.some(({ from, to }) =>
    spansOverlap(span, { earliest: `${from}-01-01` as Day, latest: `${to}-12-31` as Day }),
  );
  if (existed) return undefined;
  const times = withdrawn.map(({ name, from, to }) => `${name} (${from} to ${to})`).join(' and ');
  return `${code} stands for ${times}. Send the country that existed at the time of the event.`;
}

function resolveTwoLetters(text: string): CountryOutcome {
  const code = text.toUpperCase();
  if (code === 'UK') return { outcome: 'resolved', code: 'GB' as CountryCode };
  if (isCountryCode(code))
    return unknown(`Write codes in capital letters: ${code} is ${countryName(code)}.`, [code]);
  const iso = isoOfFips[code];
  if (iso === undefined) return unknown(`${code} is not an ISO 3166-1 country code.`);
  const detail = `${code} is a FIPS code, not an ISO 3166-1 code. If you mean ${countryName(iso)}, send ${iso}.`;
  return { outcome: 'refused', reason: 'ambiguous', detail, candidates: [iso as CountryCode] };
}

/** Characters of the sent name that a message repeats. */
const QUOTED_CHARS_MAX = 60;

function resolveName(text: string): CountryOutcome {
  const names = nameTable();
  const found = names.get(keyOf(text)) ?? names.get(keyOf(reordered(text)));
  if (found === undefined) {
    const name = text.length > QUOTED_CHARS_MAX ? `${text.slice(0, QUOTED_CHARS_MAX)}…` : text;
    return unknown(
      `No country is known as “${name}”. Send its ISO 3166-1 code, such as PK, or a common name.`,
    );
  }
  const [first, second] = found.candidates;
  if (second === undefined && first !== undefined) return { outcome: 'resolved', code: first };
  const choice = found.candidates.map((code) => `${code} for ${countryName(code)}`).join(' or ');
  const detail = `“${text}” is ambiguous: ${found.because}. Send ${choice}.`;
  return { outcome: 'refused', reason: 'ambiguous', detail, candidates: found.candidates };
}

interface Meaning {
  readonly candidates: readonly CountryCode[];
  readonly because: string;
}

let table: ReadonlyMap<string, Meaning> | undefined;

/** Returns about 12,000 names by key. Built once. */
function nameTable(): ReadonlyMap<string, Meaning> {
  table ??= buildNameTable();
  return table;
}

function buildNameTable(): ReadonlyMap<string, Meaning> {
  const names = new Map<string, Meaning>();
  for (const language of library.getSupportedLanguages()) addNames(names, loadNames(language));
  addNames(names, shortNameLists());
  addNames(names, aliases);
  for (const [name, { candidates, because }] of Object.entries(ambiguousNames)) {
    names.set(keyOf(name), { candidates: candidates as readonly CountryCode[], because });
  }
  return names;
}

function addNames(names: Map<string, Meaning>, more: Readonly<Record<string, readonly string[]>>): void {
  for (const [code, spellings] of Object.entries(more)) {
    for (const key of spellings.map(keyOf)) {
      const candidates = new Set(names.get(key)?.candidates).add(code as CountryCode);
      names.set(key, {
        candidates: [...candidates],
        because: 'several countries have this name in some language',
      });
    }
  }
}

function shortNameLists(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(shortNames).map(([code, name]) => [code, [name]]));
}

/** Loads the names in one language by code, the common one first. */
function loadNames(language: string): Readonly<Record<string, readonly string[]>> {
  const file = require(`i18n-iso-countries/langs/${language}.json`) as {
    countries: Readonly<Record<string, string | readonly string[]>>;
  };
  return Object.fromEntries(Object.entries(file.countries).map(([code, names]) => [code, [names].flat()]));
}

const ABBREVIATIONS: Readonly<Record<string, string>> = { rep: 'republic', dem: 'democratic', st: 'saint' };
const STOP_WORDS: ReadonlySet<string> = new Set(['the', 'of']);

/** Returns a key that is equal for spellings of a name that differ in case, diacritics, punctuation or abbreviation. */
function keyOf(name: string): string {
  const kept = normalizedWords(name).filter((word) => !STOP_WORDS.has(word));
  return kept.map((word) => (Object.hasOwn(ABBREVIATIONS, word) ? ABBREVIATIONS[word] : word)).join(' ');
}

/** Splits a name into words without case, Latin, Greek and Cyrillic diacritics and punctuation. */
export function normalizedWords(name: string): readonly string[] {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f.'’`]/g, '');
  const words = plain
    .normalize('NFC')
    .replaceAll('&', ' and ')
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  return words.filter((word) => word !== '');
}

/** Turns “Korea, South” and “Korea (South)” into “South Korea”. */
function reordered(name: string): string {
  const [, head = '', rest = ''] = /^([^,(]+)[,(](.+)$/.exec(name) ?? [];
  return `${rest} ${head}`;
}

function resolved(code: string | undefined): CountryOutcome | undefined {
  return code === undefined ? undefined : { outcome: 'resolved', code: code as CountryCode };
}

function unknown(detail: string, candidates: readonly CountryCode[] = []): CountryOutcome {
  return { outcome: 'refused', reason: 'unknown', detail, candidates };
}
