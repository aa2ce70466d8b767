import { tz } from '@date-fns/tz';
import { parseISO } from 'date-fns/parseISO';
import type { ContentEventType } from '../domain/event-types/define-event-type.ts';
import { contentTypes, findContentType } from '../domain/event-types/registry.ts';
import { localTimesOf } from '../domain/events/normalise.ts';
import type { RecordVersion } from '../domain/record/record-version.ts';
import { memoizeBy } from '../domain/values/memoize-by.ts';

/** One more than the greatest step. */
const STEPS_END = 256;
/** Seconds since 1970 that no local time of a year up to 9999 reaches in any zone. */
const SECONDS_END = Date.UTC(10_000, 0, 2) / 1_000;

/**
 * Returns the `rank` of an entry: entries of the same days are sorted by the time at which they started, those without
 * one after all others, and then by the life of a record. A rank without a time is a small number, as most are.
 */
export function rankOf({ type, data }: Pick<RecordVersion, 'type' | 'data'>): number {
  const definition = typeOf(type);
  const [localTimes, step] = [localTimesOf(definition), stepOf(definition)];
  const seconds = localTimes.length === 0 ? undefined : startSeconds(localTimes, data as Fields);
  return seconds === undefined ? step : (seconds - SECONDS_END) * STEPS_END + step;
}

type Fields = Readonly<Record<string, unknown>>;

/** Returns the first local time of the payload in seconds since 1970. */
function startSeconds(localTimes: readonly string[], data: Fields): number | undefined {
  for (const name of localTimes) {
    const { local, zone } = (data[name] ?? {}) as { local?: string; zone?: string };
    if (local === undefined || zone === undefined) continue;
    const ms = parseISO(local, { in: tz(zone) }).getTime();
    if (!Number.isNaN(ms)) return Math.floor(ms / 1_000);
  }
  return undefined;
}

function typeOf(name: string): ContentEventType {
  const type = findContentType(name);
  if (type === undefined) throw new TypeError(`Unknown event type: ${name}`);
  return type;
}

/** Returns the index of the type in its category, whose types are registered in the order of a record's life. */
const stepOf = memoizeBy((type: ContentEventType): number => {
  const ofCategory = contentTypes().filter(({ category }) => category === type.category);
  return Math.min(ofCategory.indexOf(type), STEPS_END - 1);
});
