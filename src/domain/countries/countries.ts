import library from 'i18n-iso-countries/index.js';
import { limits } from '../values/limits.ts';
import { isoOfFips } from './fips.ts';
import { resolveName } from './name-table.ts';
import { shortNames } from './names.ts';
import { codesInUse, librarySpellingsIn } from './spellings.ts';
import { reusedCodes, withdrawnCountries } from './withdrawn.ts';

declare const brand: unique symbol;

/**
 * ISO 3166-1 alpha-2 code, in use or withdrawn, or `XK` or `EU`. `CSHH` and `CSXX` (ISO 3166-3) are the two states that
 * had the code `CS`.
 */
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

const displayNames: ReadonlyMap<string, string> = new Map([
  ...firstNames(librarySpellingsIn('en')),
  ...Object.entries(shortNames),
  ...Object.entries(withdrawnCountries).map(([code, { name }]) => [code, name] as const),
]);

const codes: ReadonlySet<string> = new Set([...codesInUse, ...Object.keys(withdrawnCountries)]);

/** Alpha-3 codes of former states. `EU` and `XK` have none. */
const WITHDRAWN_ALPHA_3 = {
  ANT: 'AN',
  BUR: 'BU',
  CSK: 'CSHH',
  DDR: 'DD',
  SCG: 'CSXX',
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

/** True for `CS`, which means Czechoslovakia or Serbia and Montenegro, by the date. */
export function isReusedCode(text: string): boolean {
  return Object.hasOwn(reusedCodes, text);
}

/** Returns the code that a text is in either case. Only ASCII letters count: “ß” in capitals is SS, South Sudan. */
export function codeInAnyCase(text: string): CountryCode | undefined {
  const code = /^[A-Za-z]{2,4}$/.test(text) ? text.toUpperCase() : '';
  return isCountryCode(code) ? code : undefined;
}

/**
 * Resolves a code (alpha-2 or alpha-3, in capital letters) or a name in any language of i18n-iso-countries and ICU.
 * Ambiguous names and `CS` are refused with the candidates. The tables of names are loaded when the first name is
 * resolved.
 */
export function resolveCountry(text: string): CountryOutcome {
  if (isCountryCode(text)) return resolved(text);
  if (/^[A-Za-z]{2}$/.test(text)) return resolveTwoLetters(text);
  if (text.length > limits.nameCharsMax) return unknown('Expected a country.');
  const ofAlpha3 = byAlpha3.get(text);
  return ofAlpha3 === undefined ? nameOutcome(text) : resolved(ofAlpha3);
}

/** Returns the short English name, and for a withdrawn code its former name. Other texts are returned unchanged. */
export function countryName(code: string): string {
  return displayNames.get(code) ?? code;
}

/** Yields the code and the short English name of every country. */
export function countryNames(): Iterable<readonly [code: string, name: string]> {
  return displayNames;
}

function resolveTwoLetters(text: string): CountryOutcome {
  const code = text.toUpperCase();
  if (code === 'UK') return resolved('GB');
  if (isCountryCode(code))
    return unknown(`Write codes in capital letters: ${code} is ${countryName(code)}.`, [code]);
  const states = reusedCodes[code];
  if (states !== undefined) return ambiguous(code, 'two states had this code', states);
  const iso = isoOfFips[code];
  if (iso === undefined) return unknown(`${code} is not an ISO 3166-1 country code.`);
  const detail = `${code} is a FIPS code, not an ISO 3166-1 code. If you mean ${countryName(iso)}, send ${iso}.`;
  return { outcome: 'refused', reason: 'ambiguous', detail, candidates: [iso as CountryCode] };
}

/** Characters of the sent name that a message repeats. */
const QUOTED_CHARS_MAX = 60;

function nameOutcome(text: string): CountryOutcome {
  const meaning = resolveName(text);
  if (typeof meaning === 'string') return resolved(meaning);
  if (meaning !== undefined) return ambiguous(text, meaning.because, meaning.candidates);
  const name = text.length > QUOTED_CHARS_MAX ? `${text.slice(0, QUOTED_CHARS_MAX)}…` : text;
  return unknown(`No country is known as “${name}”. Send its ISO 3166-1 code, such as PK, or a common name.`);
}

function firstNames(spellings: Iterable<readonly [string, string]>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [code, name] of spellings) if (!names.has(code)) names.set(code, name);
  return names;
}

function resolved(code: string): CountryOutcome {
  return { outcome: 'resolved', code: code as CountryCode };
}

function ambiguous(text: string, because: string, candidates: readonly string[]): CountryOutcome {
  const choice = candidates.map((code) => `${code} for ${countryName(code)}`).join(' or ');
  const detail = `“${text}” is ambiguous: ${because}. Send ${choice}.`;
  return {
    outcome: 'refused',
    reason: 'ambiguous',
    detail,
    candidates: candidates as readonly CountryCode[],
  };
}

function unknown(detail: string, candidates: readonly CountryCode[] = []): CountryOutcome {
  return { outcome: 'refused', reason: 'unknown', detail, candidates };
}
