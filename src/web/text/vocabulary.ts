import { RELATIONS } from '../../domain/event-types/correction.ts';
import { findContentType, findEventType } from '../../domain/event-types/registry.ts';
import { SPEECH_ACTS } from '../../domain/event-types/statement.ts';

/*
 * Labels of codes. Those of event types, speech acts and enumerations are part of their definitions. A code without a
 * label is shown with spaces instead of hyphens.
 */

/** What pages call events of a type; the name itself if the type is unknown. */
export function typeLabel(name: string): string {
  return (findEventType(name) ?? findContentType(name))?.label ?? name;
}

/** What a speaker does, in the third person: “denies”. */
export function speechActLabel(act: string): string {
  return labelFor(SPEECH_ACTS, act);
}

/** The lists of links on an entry → label, in the order of display. */
export const LINK_LABELS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(RELATIONS).flatMap(({ list, label, inverse }) => [
    [list, label],
    [inverse.list, inverse.label],
  ]),
);

/** Reliability of a source in the Admiralty code. */
export const RELIABILITY_LABELS = {
  A: 'completely reliable',
  B: 'usually reliable',
  C: 'fairly reliable',
  D: 'not usually reliable',
  E: 'unreliable',
  F: 'cannot be judged',
} as const;

/** Credibility of a report in the Admiralty code. */
export const CREDIBILITY_LABELS = {
  1: 'confirmed by other sources',
  2: 'probably true',
  3: 'possibly true',
  4: 'doubtful',
  5: 'improbable',
  6: 'cannot be judged',
} as const;

export function labelFor(words: Readonly<Record<string | number, string>>, code: string | number): string {
  return Object.hasOwn(words, code) ? (words[code] ?? '') : String(code).replaceAll('-', ' ');
}

/** Returns a topic's slug with spaces instead of hyphens. */
export function topicLabel(slug: string): string {
  return slug.replaceAll('-', ' ');
}

/** Groups the digits of a decimal number; it is never rounded. */
export function groupedDigits(value: string): string {
  const [whole = '', fraction] = value.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Formats a count: “12,000”. Grouping the digits costs much less than `Intl.NumberFormat`. */
export function formatNumber(count: number): string {
  return count < 1_000 ? String(count) : groupedDigits(String(count));
}

/** “1,234 entries”, or “more than 500 entries” if they are not counted further. */
export function totalText({ total, isTotalExact }: { total: number; isTotalExact: boolean }): string {
  return `${isTotalExact ? '' : 'more than '}${pluralize(total, 'entry', 'entries')}`;
}

/** Formats a count with its noun: “1 entry”, “12,000 entries”. */
export function pluralize(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

/** Returns the English name of a language tag (BCP 47): “Chinese”. */
export function languageName(tag: string): string {
  return languages.of(tag) ?? tag;
}
