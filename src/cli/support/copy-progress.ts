import type { CopyFollower, CopyPhase } from '../../transfer/copy-log.ts';
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
