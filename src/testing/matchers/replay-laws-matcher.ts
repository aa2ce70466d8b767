import type { RecordedEvent } from '../../event-store/event-store.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import { type Counterexample, findCounterexample, type LawOptions } from '../laws/find-counterexample.ts';
import { DEFAULT_ENGINE, type LawEngine } from '../laws/law-run.ts';
import { eventsOf, type History } from '../replay/history.ts';
import { OpenReplay } from '../replay/open-replay.ts';
import { CLOCK_START, ReplayClock } from '../replay/replay-clock.ts';
import type { MatcherResult, MatcherThis } from './timeline-matchers.ts';

/** Maximum number of events that a failure lists. */
const LISTED_EVENTS_MAX = 20;

/** Returns the matcher `toObeyReplayLaws` for an engine. */
export function lawsMatcher(engine: LawEngine) {
  return async function toObeyReplayLaws(
    this: MatcherThis,
    received: unknown,
    history: History,
    options: LawOptions = {},
  ): Promise<MatcherResult> {
    const definition = definitionOf(received);
    const log = await recordHistory(history);
    const counterexample = await findCounterexample(definition, log, engine, options);
    return {
      pass: counterexample === undefined,
      message: () =>
        counterexample === undefined
          ? `Expected ${definition.name} to break a law of replay, but it obeys all of them on this history.`
          : failureMessage(definition, log, counterexample),
    };
  };
}

/**
 * Passes if a projection obeys the laws of replay on a history and on parts of it. A failure names the law and shows
 * the smallest part that breaks it.
 */
export const toObeyReplayLaws = lawsMatcher(DEFAULT_ENGINE);

async function recordHistory(history: History): Promise<readonly RecordedEvent[]> {
  const open = await OpenReplay.open('memory', [], new ReplayClock(CLOCK_START));
  await open.append(eventsOf(history));
  await open.switchToLog();
  const log = await open.log.readAll({ direction: 'forwards', maxCount: Number.MAX_SAFE_INTEGER });
  await open.close();
  if (log.length === 0) throw new RangeError('toObeyReplayLaws needs a history with at least one event.');
  return log;
}

function definitionOf(received: unknown): TimelineDefinition {
  const isDefinition = typeof received === 'object' && received !== null && 'partitionBy' in received;
  if (isDefinition) return received as TimelineDefinition;
  throw new TypeError('toObeyReplayLaws expects a projection, made with defineTimeline or defineProjection.');
}

function failureMessage(
  { name }: TimelineDefinition,
  log: readonly RecordedEvent[],
  { law, difference, seed, events }: Counterexample,
): string {
  const listed = events
    .slice(0, LISTED_EVENTS_MAX)
    .map(({ type, stream }, index) => `  ${index + 1}  ${type}  ${stream}`);
  const rest = events.length > listed.length ? [`  … and ${events.length - listed.length} more`] : [];
  return [
    `The projection ${name} breaks a law of replay.`,
    `  ${law}`,
    '',
    `The smallest history that breaks it has ${events.length} of ${log.length} events (seed ${seed}):`,
    ...listed,
    ...rest,
    '',
    difference,
  ].join('\n');
}
