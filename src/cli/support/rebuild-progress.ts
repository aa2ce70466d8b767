import { openProgress } from './progress.ts';

/** How one rebuild ended. */
export interface RebuildOutcome {
  readonly projection: string;
  /** `left`: somebody else asked for it, and it goes on. */
  readonly state: 'activated' | 'failed' | 'cancelled' | 'left';
  /** Events that it holds. */
  readonly events: number;
  /** Of a failed one. */
  readonly stoppedBy?: { readonly event: string | null; readonly reason: string } | null;
}

/** Told how many events each of several rebuilds has projected. */
export type RebuildProgress = (projection: string, events: number, total: number | null) => void;

/** One bar for all, opened as soon as it is known how much there is to do. */
export function jointProgress(names: readonly string[]): { readonly tell: RebuildProgress; stop(): void } {
  const counts = new Map<string, number>();
  let progress: ReturnType<typeof openProgress> | undefined;
  return {
    tell: (projection, events, total) => {
      progress ??= openProgress(total === null ? undefined : total * names.length);
      counts.set(projection, events);
      const sum = [...counts.values()].reduce((all, count) => all + count, 0);
      progress.update(sum, sum);
    },
    stop: () => progress?.stop(),
  };
}
