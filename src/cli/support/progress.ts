import { SingleBar } from 'cli-progress';

const PLAIN_LINE_MS = 2_000;

/** How far a command is, told to a person on stderr. */
export interface Progress {
  /** `done` counts towards the total, `events` is what is told. */
  update(done: number, events: number): void;
  stop(): void;
}

function rate(events: number, startedMs: number): number {
  const seconds = (Date.now() - startedMs) / 1000;
  return seconds > 0 ? Math.round(events / seconds) : 0;
}

function barProgress(total: number | undefined, startedMs: number): Progress {
  const counts = '{events} events, {rate}/s';
  const format = total === undefined ? counts : `{bar} {percentage}% ${counts}`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: false });
  bar.start(total ?? 0, 0, { events: 0, rate: 0 });
  return {
    update: (done, events) => bar.update(done, { events, rate: rate(events, startedMs) }),
    stop: () => bar.stop(),
  };
}

function plainProgress(startedMs: number): Progress {
  let dueMs = startedMs + PLAIN_LINE_MS;
  return {
    update: (_done, events) => {
      if (Date.now() < dueMs) return;
      dueMs = Date.now() + PLAIN_LINE_MS;
      process.stderr.write(`${events} events, ${rate(events, startedMs)}/s\n`);
    },
    stop: () => {},
  };
}

/** A bar on a terminal, a line now and then elsewhere. Without a total it only counts. */
export function openProgress(total: number | undefined): Progress {
  return process.stderr.isTTY ? barProgress(total, Date.now()) : plainProgress(Date.now());
}
