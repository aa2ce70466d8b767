import type { StoredVersion } from '../in-memory/in-memory-timeline-store.ts';
import { entryIn } from '../replay/timeline-changes.ts';
import { differenceLines, entryDifference } from './entry-difference.ts';
import { entryTitle } from './timeline-text.ts';

/** The event of the log that made a change. */
export interface Cause {
  readonly position: string;
  readonly type: string;
}

type Deed = 'added' | 'moved' | 'changed' | 'left';

interface Step {
  readonly ordinal: number;
  readonly entry: number;
  readonly deed: Deed;
  readonly title: string;
  /** Fields that changed, one a line. */
  readonly details: readonly string[];
}

const DETAIL_INDENT = '      ';

/** What each event did to a timeline, in the order of the log, as text; `versions` are all that ever stood in it. */
export function explainTimeline(
  name: string,
  key: string,
  versions: readonly StoredVersion[],
  causeOf: (ordinal: number) => Cause | undefined,
): string {
  const steps = stepsOf(key, versions);
  if (steps.length === 0) return `${name} ${key}: no event has touched it.`;
  const lines = steps.flatMap(({ ordinal, deed, title, details }) => {
    const { position, type } = causeOf(ordinal) ?? { position: String(ordinal), type: '?' };
    return [`  ${position}  ${type}  ${deed}  ${title}`, ...details.map((detail) => DETAIL_INDENT + detail)];
  });
  return [`${name} ${key}`, ...lines].join('\n');
}

function stepsOf(key: string, versions: readonly StoredVersion[]): readonly Step[] {
  const stories = new Map<number, StoredVersion[]>();
  for (const version of versions.toSorted((a, b) => a.from - b.from)) {
    stories.set(version.entry, [...(stories.get(version.entry) ?? []), version]);
  }
  const steps = [...stories.values()].flatMap((story) => storySteps(key, story));
  return steps.sort((a, b) => a.ordinal - b.ordinal || a.entry - b.entry);
}

/** The way of one entry through one timeline. */
function storySteps(key: string, story: readonly StoredVersion[]): readonly Step[] {
  return story.flatMap((version, index) => {
    const before = story[index - 1];
    const arrival = before?.to === version.from ? changed(key, before, version) : added(key, version);
    const stays = version.to === story[index + 1]?.from || version.to === Number.POSITIVE_INFINITY;
    return stays ? [arrival] : [arrival, left(key, version)];
  });
}

function added(key: string, version: StoredVersion): Step {
  const { from: ordinal, entry } = version;
  return { ordinal, entry, deed: 'added', title: entryTitle(entryIn(key, version)), details: [] };
}

function left(key: string, version: StoredVersion): Step {
  const { to: ordinal, entry } = version;
  return { ordinal, entry, deed: 'left', title: entryTitle(entryIn(key, version)), details: [] };
}

function changed(key: string, before: StoredVersion, version: StoredVersion): Step {
  const { from: ordinal, entry, earliest, latest } = version;
  const isMoved = before.earliest !== earliest || before.latest !== latest;
  const [old, now] = [entryIn(key, before), entryIn(key, version)];
  const details = differenceLines(entryDifference(old, now));
  return { ordinal, entry, deed: isMoved ? 'moved' : 'changed', title: entryTitle(now), details };
}
