import { type DateSpan, type Day, spansOverlap } from '../values/edtf.ts';
import { type CountryCode, countryName } from './countries.ts';
import { earlierStatehood, statesSince } from './statehood.ts';
import { reusedCodes, withdrawnCountries } from './withdrawn.ts';

/** The meaning of a code of two states at a date; `detail` says what to send instead. */
export type CodeInEra =
  | { readonly outcome: 'resolved'; readonly code: CountryCode }
  | { readonly outcome: 'refused'; readonly detail: string };

/** Returns why a withdrawn code is wrong for these dates; undefined if it is right, and for codes in use. */
export function eraMismatch(code: string, span: DateSpan): string | undefined {
  if (!Object.hasOwn(withdrawnCountries, code) || existsWithin(code, span)) return undefined;
  const namesakes = Object.values(reusedCodes).find((states) => states.includes(code)) ?? [code];
  const states = namesakes.map((state) => `${state} stands for ${describe(state)}`);
  return `${states.join(', and ')}. Send the country that existed at the time of the event.`;
}

/** Resolves `CS` to the one state that existed within these dates. */
export function resolveReusedCode(code: string, span: DateSpan): CodeInEra {
  const states = reusedCodes[code] ?? [];
  const [first, ...others] = states.filter((state) => existsWithin(state, span));
  if (first !== undefined && others.length === 0) return { outcome: 'resolved', code: first as CountryCode };
  const named = states.map((state) => `${state}, ${describe(state)}`).join(', or ');
  const problem = first === undefined ? 'neither existed at this date' : 'the date allows both';
  const detail = `${code} stood for two states, and ${problem}. Send the one that is meant: ${named}.`;
  return { outcome: 'refused', detail };
}

/**
 * Returns the code that a recorded `CS` is read as. Of a date that allows both states the earlier one is read; where it
 * allows neither, the one that was nearer.
 */
export function readReusedCode(code: string, span: DateSpan): CountryCode {
  const states = reusedCodes[code] ?? [code];
  const found =
    states.find((state) => existsWithin(state, span)) ?? states.find((state) => endsAfter(state, span));
  return (found ?? states.at(-1)) as CountryCode;
}

/**
 * Returns a sentence if the state of this code did not exist yet within these dates. Undefined if it did, if the dates
 * have no end, and for states that did not emerge since 1945.
 */
export function notYetExisting(code: string, span: DateSpan): string | undefined {
  const year = Object.hasOwn(statesSince, code) ? statesSince[code] : undefined;
  if (year === undefined || span.latest === undefined || span.latest >= `${year}`) return undefined;
  const earlier = earlierStatehood[code];
  if (earlier !== undefined && spansOverlap(span, years(...earlier))) return undefined;
  const name = countryName(code);
  return `${name} has existed in its present form since ${year}, after this date. Check the country and the date.`;
}

function existsWithin(code: string, span: DateSpan): boolean {
  const state = withdrawnCountries[code];
  return state !== undefined && spansOverlap(span, years(state.from, state.to));
}

function endsAfter(code: string, { earliest }: DateSpan): boolean {
  const state = withdrawnCountries[code];
  return state !== undefined && earliest !== undefined && earliest <= `${state.to}`;
}

function years(from: number, to: number): DateSpan {
  return { earliest: `${from}-01-01` as Day, latest: `${to}-12-31` as Day };
}

function describe(code: string): string {
  const state = withdrawnCountries[code];
  return state === undefined ? countryName(code) : `${state.name} (${state.from} to ${state.to})`;
}
