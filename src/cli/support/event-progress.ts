import { openProgress, type Progress } from './progress.ts';

/** A progress whose total is known only once the work has begun. */
export interface EventProgress {
  /** Once `aborted`, it throws. */
  update(events: number, total: number): void;
  stop(): void;
}

export function openEventProgress(aborted: AbortSignal): EventProgress {
  let progress: Progress | undefined;
  return {
    update: (events, total) => {
      aborted.throwIfAborted();
      progress ??= openProgress(total);
      progress.update(events, events);
    },
    stop: () => progress?.stop(),
  };
}
