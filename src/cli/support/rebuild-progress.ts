import { openProgress, type Progress } from './progress.ts';

/** How a rebuild ended, as far as the command followed it. */
export interface RebuildResult {
  readonly projection: string;
  /** `detached` means that the rebuild was requested elsewhere and continues without this command. */
  readonly state: 'activated' | 'failed' | 'cancelled' | 'detached';
  /** Number of events that the new timelines were built from. */
  readonly events: number;
  /** Why a rebuild failed. */
  readonly stoppedBy?: { readonly event: string | null; readonly reason: string } | null;
}

/** Shows several rebuilds as one progress. */
export interface RebuildProgress {
  /** @param events number of events that the rebuild of this projection has processed so far */
  report(projection: string, events: number, total: number | null): void;
  stop(): void;
}

export function openRebuildProgress(projections: readonly string[]): RebuildProgress {
  const counts = new Map<string, number>();
  let progress: Progress | undefined;
  return {
    report: (projection, events, total) => {
      progress ??= openProgress(total === null ? undefined : total * projections.length);
      counts.set(projection, events);
      const sum = [...counts.values()].reduce((all, count) => all + count, 0);
      progress.update(sum, sum);
    },
    stop: () => progress?.stop(),
  };
}
