import { valueText } from './entry-difference.ts';
import { entryTitle, timelineText } from './timeline-text.ts';

type Entry = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: those of jest take more, and other ones in each version
type Tester = (this: any, a: any, b: any, ...others: any[]) => boolean | undefined;

/** What the matchers use of jest. */
export interface MatcherThis {
  readonly isNot?: boolean;
  readonly currentTestName?: string;
  readonly customTesters?: readonly Tester[];
  equals(a: unknown, b: unknown, customTesters?: Tester[]): boolean;
  readonly utils: { readonly subsetEquality: Tester; readonly iterableEquality: Tester };
  /** Of jest-snapshot. */
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

/** Passes when some entry of a timeline has all that the given one has; asymmetric matchers are welcome. */
export function toContainEntry(this: MatcherThis, received: unknown, expected: object): MatcherResult {
  const entries = entriesOf(received, 'toContainEntry');
  const found = entries.find((entry) => isLike(this, entry, expected));
  return {
    pass: found !== undefined,
    message: () =>
      found === undefined
        ? withoutEntry(this, entries, expected)
        : `Expected no entry that has all of it, and there is one:\n\n${entryTitle(found)}`,
  };
}

/** Passes when the last entry of a timeline has all that the given one has. */
export function toEndWithEntry(this: MatcherThis, received: unknown, expected: object): MatcherResult {
  const entries = entriesOf(received, 'toEndWithEntry');
  const last = entries.at(-1);
  return {
    pass: last !== undefined && isLike(this, last, expected),
    message: () => {
      if (last === undefined) return 'Expected the last entry to have all of it, and the timeline is empty.';
      if (this.isNot === true) return `Expected another last entry than this:\n\n${entryTitle(last)}`;
      return `The last entry of ${entries.length} does not have all of it:\n\n${comparison(this, last, expected)}`;
    },
  };
}

/** Passes when the timeline reads as in the snapshot, ids and times of recording aside. */
export function toMatchTimelineSnapshot(this: MatcherThis, received: unknown, hint = ''): MatcherResult {
  const text = timelineText(entriesOf(received, 'toMatchTimelineSnapshot'));
  const { snapshotState, currentTestName = '' } = this;
  if (snapshotState === undefined) throw new Error('toMatchTimelineSnapshot needs the snapshots of jest.');
  if (this.isNot === true) throw new Error('toMatchTimelineSnapshot cannot be used with .not.');
  const testName = hint === '' ? currentTestName : `${currentTestName}: ${hint}`;
  const matched = snapshotState.match({ testName, received: text, isInline: false, error: new Error() });
  const { pass, expected } = matched;
  return {
    pass,
    message: () =>
      expected === undefined
        ? `There is no snapshot of the timeline, and none is written with --ci. It reads:\n\n${text}`
        : `The timeline reads otherwise than in its snapshot:\n\n${lineDifference(unquoted(expected), text)}`,
  };
}

function entriesOf(received: unknown, matcher: string): readonly Entry[] {
  if (Array.isArray(received)) return received as readonly Entry[];
  throw new TypeError(`${matcher} is asked of the entries that timeline() gives, which is to be awaited.`);
}

function isLike(
  { equals, utils, customTesters = [] }: MatcherThis,
  entry: unknown,
  expected: unknown,
): boolean {
  return equals(entry, expected, [...customTesters, utils.iterableEquality, utils.subsetEquality]);
}

function withoutEntry(jest: MatcherThis, entries: readonly Entry[], expected: object): string {
  if (entries.length === 0) return 'Expected an entry, and the timeline is empty.';
  const nearest = entries.reduce((best, entry) =>
    missed(jest, entry, expected).length < missed(jest, best, expected).length ? entry : best,
  );
  const many =
    entries.length === 1 ? 'The only entry does not have' : `None of ${entries.length} entries has`;
  return `${many} all of it. The nearest:\n\n${comparison(jest, nearest, expected)}`;
}

/** Names of the fields that are otherwise than expected. */
function missed(jest: MatcherThis, entry: Entry, expected: object): readonly string[] {
  const fields = Object.entries(expected);
  return fields.filter(([name, value]) => !isLike(jest, entry[name], value)).map(([name]) => name);
}

function comparison(jest: MatcherThis, entry: Entry, expected: object): string {
  const lines = missed(jest, entry, expected).map((name) => {
    const wanted = valueText((expected as Entry)[name]);
    return `  ${name}: expected ${wanted}, is ${valueText(entry[name])}`;
  });
  return [entryTitle(entry), ...lines].join('\n');
}

/** A snapshot as it was handed in: jest lays quotes around texts. */
function unquoted(stored: string): string {
  return stored.trim().replace(/^"([\s\S]*)"$/, '$1');
}

/** Lines of the snapshot that are gone, then those that have come, each marked. */
function lineDifference(expected: string, received: string): string {
  const [before, after] = [expected.split('\n'), received.split('\n')];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const gone = before.slice(start, before.length - end).map((line) => `- ${line}`);
  const come = after.slice(start, after.length - end).map((line) => `+ ${line}`);
  const context = start > 0 ? [`  ${before[start - 1]}`] : [];
  return [...context, ...gone, ...come].join('\n');
}
