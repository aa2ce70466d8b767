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

function barProgress(total: number | undefined, startedMs: number): Progress {
  const counts = '{events} events, {rate}/s';
  const format = total === undefined ? counts : `{bar} {percentage}% ${counts}`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: false });
  bar.start(total ?? 0, 0, { events: 0, rate: 0 });
  return {
    update: (done, events) => bar.update(done, { events, rate: eventsPerSecond(events, startedMs) }),
    stop: () => bar.stop(),
  };
}

function plainProgress(startedMs: number): Progress {
  let dueMs = startedMs + PLAIN_LINE_INTERVAL_MS;
  return {
    update: (_done, events) => {
      if (Date.now() < dueMs) return;
      dueMs = Date.now() + PLAIN_LINE_INTERVAL_MS;
      process.stderr.write(`${events} events, ${eventsPerSecond(events, startedMs)}/s\n`);
    },
    stop: () => {},
  };
}

/** Shows a bar on a terminal, and a line every two seconds elsewhere. Without a total there are only counts. */
export function openProgress(total: number | undefined): Progress {
  return process.stderr.isTTY ? barProgress(total, Date.now()) : plainProgress(Date.now());
}
