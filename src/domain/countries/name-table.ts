import { ambiguousNames } from './ambiguous-names.ts';
import { isAbbreviation, nameKey } from './name-key.ts';
import {
  displaySpellings,
  librarySpellings,
  librarySpellingsIn,
  officialSpellings,
  ownSpellings,
  type Spelling,
} from './spellings.ts';

/** What a name means: one country, by its code, or several. */
export type NameMeaning = string | AmbiguousMeaning;

interface AmbiguousMeaning {
  readonly candidates: readonly string[];
  readonly because: string;
}

type NameTable = ReadonlyMap<string, NameMeaning>;

/*
 * The names of ICU take about four times as long to load as those of i18n-iso-countries, and most names that are sent
 * are found without them. So they have a table of their own, which is made when the first name is missing from the
 * other. No name means another country there; `ambiguousNames` lists the few that would.
 */
let common: NameTable | undefined;
let display: NameTable | undefined;

/** Returns undefined for a text that is no name of a country. */
export function resolveName(text: string): NameMeaning | undefined {
  const keys = [nameKey(text), nameKey(reordered(text))];
  return findIn(commonNames(), keys) ?? findIn(displayNames(), keys);
}

function findIn(names: NameTable, keys: readonly string[]): NameMeaning | undefined {
  for (const key of keys) {
    const meaning = names.get(key);
    if (meaning !== undefined) return meaning;
  }
  return undefined;
}

function commonNames(): NameTable {
  if (common !== undefined) return common;
  const names = new Map<string, NameMeaning>();
  for (const [code, name] of [...librarySpellingsIn('en'), ...ownSpellings()]) {
    for (const spelling of [name, name.toLowerCase()]) addMeaning(names, nameKey(spelling), code);
  }
  addForeignNames(names, officialSpellings());
  addForeignNames(names, librarySpellings());
  for (const { names: spellings, candidates, because } of ambiguousNames) {
    for (const name of spellings) names.set(nameKey(name), { candidates, because });
  }
  common = names;
  return names;
}

function displayNames(): NameTable {
  if (display !== undefined) return display;
  const names = new Map<string, NameMeaning>();
  addForeignNames(names, displaySpellings());
  display = names;
  return names;
}

/** Leaves out abbreviations of one or two letters: “SU” is the United States in Breton. English has “US” and “UK”. */
function addForeignNames(names: Map<string, NameMeaning>, spellings: Iterable<Spelling>): void {
  for (const [code, name] of spellings) {
    const key = nameKey(name);
    if (!isAbbreviation(key)) addMeaning(names, key, code);
  }
}

function addMeaning(names: Map<string, NameMeaning>, key: string, code: string): void {
  const known = names.get(key);
  if (known === undefined) names.set(key, code);
  else if (known !== code) names.set(key, withCandidate(known, code));
}

function withCandidate(known: NameMeaning, code: string): NameMeaning {
  const candidates = typeof known === 'string' ? [known] : known.candidates;
  if (candidates.includes(code)) return known;
  return { candidates: [...candidates, code], because: 'several countries have this name in some language' };
}

/** Turns “Korea, South” and “Korea (South)” into “South Korea”. */
function reordered(name: string): string {
  const [, head = '', rest = ''] = /^([^,(]+)[,(](.+)$/.exec(name) ?? [];
  return `${rest} ${head}`;
}
