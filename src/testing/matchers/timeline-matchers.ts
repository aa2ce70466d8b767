import {
  type EntryDifference,
  formatLineDifference,
  formatMismatches,
} from '../differences/entry-difference.ts';
import { entryTitle, timelineText } from '../differences/timeline-text.ts';

type Entry = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: the testers of jest have further parameters, which differ by version
type Tester = (this: any, a: any, b: any, ...others: any[]) => boolean | undefined;

/** The part of jest's matcher context that the matchers use. */
export interface MatcherThis {
  readonly isNot?: boolean;
  readonly currentTestName?: string;
  readonly customTesters?: readonly Tester[];
  equals(a: unknown, b: unknown, customTesters?: Tester[]): boolean;
  readonly utils: { readonly subsetEquality: Tester; readonly iterableEquality: Tester };
  /** Provided by jest-snapshot. */
  readonly snapshotState?: {
    match(snapshot: { testName: string; received: unknown; isInline: false; error: Error }): {
      readonly pass: boolean;
      readonly actual?: string;
      readonly expected?: string;
    };
  };
}

export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

export function toContainEntry(this: MatcherThis, received: unknown, expected: object): MatcherResult {
  const entries = entriesOf(received, 'toContainEntry');
  const match = entries.find((entry) => isMatch(this, entry, expected));
  return {
    pass: match !== undefined,
    message: () =>
      match === undefined
        ? noMatchMessage(this, entries, expected)
        : `Expected no entry with all of these fields, but received one:\n\n${entryTitle(match)}`,
  };
}

export function toEndWithEntry(this: MatcherThis, received: unknown, expected: object): MatcherResult {
  const entries = entriesOf(received, 'toEndWithEntry');
  const last = entries.at(-1);
  return {
    pass: last !== undefined && isMatch(this, last, expected),
    message: () => {
      if (last === undefined) return 'Expected a last entry with these fields, but the timeline is empty.';
      if (this.isNot === true) {
        return `Expected the last entry not to have all of these fields, but it has:\n\n${entryTitle(last)}`;
      }
      const mismatches = formatEntryMismatches(this, last, expected);
      return `The last of ${entries.length} entries does not have all expected fields:\n\n${mismatches}`;
    },
  };
}

/** Compares `timelineText` of the timeline with a snapshot of jest. */
export function toMatchTimelineSnapshot(this: MatcherThis, received: unknown, hint = ''): MatcherResult {
  const text = timelineText(entriesOf(received, 'toMatchTimelineSnapshot'));
  const { snapshotState, currentTestName = '' } = this;
  if (snapshotState === undefined) throw new Error('toMatchTimelineSnapshot needs the snapshots of jest.');
  if (this.isNot === true) throw new Error('toMatchTimelineSnapshot cannot be used with .not.');
  const testName = hint === '' ? currentTestName : `${currentTestName}: ${hint}`;
  const { pass, expected } = snapshotState.match({
    testName,
    received: text,
    isInline: false,
    error: new Error(),
  });
  return {
    pass,
    message: () =>
      expected === undefined
        ? `The timeline has no snapshot, and jest writes none with --ci. Received:\n\n${text}`
        : snapshotMismatchMessage(unquote(expected), text),
  };
}

function snapshotMismatchMessage(expected: string, received: string): string {
  const difference = formatLineDifference(expected, received);
  return `The timeline does not match its snapshot (- expected, + received):\n\n${difference}`;
}

function entriesOf(received: unknown, matcher: string): readonly Entry[] {
  if (Array.isArray(received)) return received as readonly Entry[];
  throw new TypeError(`${matcher} expects an array of entries; await timeline() to get one.`);
}

function isMatch(
  { equals, utils, customTesters = [] }: MatcherThis,
  received: unknown,
  expected: unknown,
): boolean {
  return equals(received, expected, [...customTesters, utils.iterableEquality, utils.subsetEquality]);
}

function noMatchMessage(jest: MatcherThis, entries: readonly Entry[], expected: object): string {
  const [first] = entries;
  if (first === undefined) return 'Expected an entry with these fields, but the timeline is empty.';
  const missesOf = (entry: Entry) => Object.keys(mismatches(jest, entry, expected)).length;
  const nearest = entries.reduce((best, entry) => (missesOf(entry) < missesOf(best) ? entry : best), first);
  const title =
    entries.length === 1
      ? 'The only entry does not have all expected fields:'
      : `None of the ${entries.length} entries has all expected fields. The nearest:`;
  return `${title}\n\n${formatEntryMismatches(jest, nearest, expected)}`;
}

/** Returns the fields whose values are not as expected. */
function mismatches(jest: MatcherThis, received: Entry, expected: object): EntryDifference {
  const fields = Object.entries(expected).filter(([name, value]) => !isMatch(jest, received[name], value));
  return Object.fromEntries(fields.map(([name, value]) => [name, { before: value, after: received[name] }]));
}

function formatEntryMismatches(jest: MatcherThis, received: Entry, expected: object): string {
  const lines = formatMismatches(mismatches(jest, received, expected)).map((line) => `  ${line}`);
  return [entryTitle(received), ...lines].join('\n');
}

/** Undoes how jest stores a string in a snapshot. */
function unquote(stored: string): string {
  return stored.trim().replace(/^"([\s\S]*)"$/, '$1');
}
