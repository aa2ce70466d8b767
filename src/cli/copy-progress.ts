import { setTimeout } from 'node:timers/promises';
import type { CopyFollower, CopyPhase } from '../event-store/log-copy.ts';
import { type Patience, patience } from '../event-store/patience.ts';
import { openProgress, type Progress } from './progress.ts';

const PHASES: Readonly<Record<CopyPhase | 'comparing-timelines', string>> = {
  'comparing-existing': 'comparing what is there already',
  copying: 'copying',
  'comparing-copied': 'comparing what was copied',
  'comparing-timelines': 'comparing the timelines',
};

export interface PhasedProgress extends CopyFollower {
  readonly begins: (phase: keyof typeof PHASES, events: number | undefined) => void;
  stop(): void;
}

/** Each phase with its name and a progress of its own; one without events is passed over. Gives up when aborted. */
export function phasedProgress(aborted: AbortSignal): PhasedProgress {
  let progress: Progress | undefined;
  let done = 0;
  return {
    begins: (phase, events) => {
      progress?.stop();
      if (events !== 0) process.stderr.write(`${PHASES[phase]}\n`);
      progress = events === 0 ? undefined : openProgress(events);
      done = 0;
    },
    did: (events) => {
      aborted.throwIfAborted();
      done += events;
      progress?.update(done, done);
    },
    stop: () => progress?.stop(),
  };
}

const TOLD_EVERY_MS = 10_000;

/** Says from time to time what it waits for; ends when aborted. */
export function toldPatience(aborted: AbortSignal): Patience {
  let toldMs = Number.NEGATIVE_INFINITY;
  return patience({
    monotonicMs: () => performance.now(),
    pause: async (timeMs, { message }) => {
      if (performance.now() - toldMs >= TOLD_EVERY_MS) {
        process.stderr.write(`waiting: ${message}\n`);
        toldMs = performance.now();
      }
      await setTimeout(timeMs, undefined, { signal: aborted });
    },
  });
}
