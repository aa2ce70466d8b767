import type { CopyObserver, CopyPhase } from '../../transfer/copy-log.ts';
import { openProgress, type Progress } from './progress.ts';

const PHASE_LABELS: Readonly<Record<CopyPhase | 'comparing-timelines', string>> = {
  'comparing-existing': 'comparing the events already in the target',
  copying: 'copying events',
  'comparing-copied': 'comparing the copied events',
  'comparing-timelines': 'comparing timelines',
};

export interface CopyProgress extends CopyObserver {
  readonly phaseStarted: (phase: keyof typeof PHASE_LABELS, events: number | undefined) => void;
  stop(): void;
}

/**
 * Shows each phase of a copy with its own progress. A phase without events is not shown. Once `aborted`, `advanced`
 * throws, which stops the copy.
 */
export function openCopyProgress(aborted: AbortSignal): CopyProgress {
  let progress: Progress | undefined;
  let done = 0;
  return {
    phaseStarted: (phase, events) => {
      progress?.stop();
      if (events !== 0) process.stderr.write(`${PHASE_LABELS[phase]}\n`);
      progress = events === 0 ? undefined : openProgress(events);
      done = 0;
    },
    advanced: (events) => {
      aborted.throwIfAborted();
      done += events;
      progress?.update(done, done);
    },
    stop: () => progress?.stop(),
  };
}
