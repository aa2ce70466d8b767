import { SingleBar } from 'cli-progress';

const PLAIN_LINE_INTERVAL_MS = 2_000;

/** Shows on stderr how far a command has come. */
export interface Progress {
  /**
   * @param done amount of work done, in the unit of the total
   * @param events number of events to show
   */
  update(done: number, events: number): void;
  stop(): void;
}

function eventsPerSecond(events: number, startedMs: number): number {
  const seconds = (Date.now() - startedMs) / 1000;
  return seconds > 0 ? Math.round(events / seconds) : 0;
}

/** Returns the time that the rest of the work takes at the rate so far, such as `2 min left`. */
function remainingTime(done: number, total: number, startedMs: number): string {
  if (done === 0 || done >= total) return '';
  const seconds = Math.ceil((((Date.now() - startedMs) / done) * (total - done)) / 1_000);
  if (seconds < 60) return `, ${seconds} s left`;
  return seconds < 3_600
    ? `, ${Math.ceil(seconds / 60)} min left`
    : `, ${(seconds / 3_600).toFixed(1)} h left`;
}

function barProgress(total: number | undefined, startedMs: number): Progress {
  const counts = '{events} events, {rate}/s';
  const format = total === undefined ? counts : `{bar} {percentage}% ${counts}{left}`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: false });
  bar.start(total ?? 0, 0, { events: 0, rate: 0, left: '' });
  return {
    update: (done, events) => {
      const left = total === undefined ? '' : remainingTime(done, total, startedMs);
      bar.update(done, { events, rate: eventsPerSecond(events, startedMs), left });
    },
    stop: () => bar.stop(),
  };
}

function plainProgress(total: number | undefined, startedMs: number): Progress {
  let dueMs = startedMs + PLAIN_LINE_INTERVAL_MS;
  return {
    update: (done, events) => {
      if (Date.now() < dueMs) return;
      dueMs = Date.now() + PLAIN_LINE_INTERVAL_MS;
      const left = total === undefined ? '' : remainingTime(done, total, startedMs);
      process.stderr.write(`${events} events, ${eventsPerSecond(events, startedMs)}/s${left}\n`);
    },
    stop: () => {},
  };
}

/** Shows a bar on a terminal, and a line every two seconds elsewhere. Without a total there are only counts. */
export function openProgress(total: number | undefined): Progress {
  return process.stderr.isTTY ? barProgress(total, Date.now()) : plainProgress(total, Date.now());
}
