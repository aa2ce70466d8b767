import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import type { Flags } from '../config.ts';
import { resolveCountry } from '../domain/countries/countries.ts';
import { storedEnvelopeJson } from '../domain/events/event.ts';
import { resolveTopic } from '../domain/fields/topic.ts';
import type { Position } from '../event-store/event-store.ts';
import { logPages } from '../event-store/paging.ts';
import { type LogSource, retryReads } from '../event-store/retry.ts';
import { openLogToRead, projectionByName } from '../server.ts';
import { recordsOfTimeline } from '../transfer/export-slice.ts';
import { CommandError, commandErrorOf, WRONG_SETTING_EXIT_CODE } from './support/errors.ts';
import { lastAsOf } from './support/last-as-of.ts';
import { openProgress, type Progress } from './support/progress.ts';
import { reportedRetries } from './support/retry.ts';
import { addDataOption, settings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals } from './support/signals.ts';

interface ExportFlags extends Flags {
  readonly country?: string;
  readonly topic?: string;
  readonly asOf?: string;
}

/** A timeline whose records are exported, each with its whole story. */
interface Slice {
  readonly projection: 'country' | 'topic';
  readonly key: string;
}

export function exportCommand(): Command {
  return addDataOption(new Command('export'))
    .argument('[file]', 'where to write; stdout without it')
    .option('--country <country>', 'only records that are, or were, in the timeline of a country')
    .option('--topic <slug>', 'only records that are, or were, in the timeline of a topic')
    .option('--as-of <moment>', 'only what was recorded up to a position or an instant (RFC 3339)')
    .description('Write events, one JSON envelope a line, in the order of the log. A server may be running.')
    .action(exportLog);
}

async function exportLog(file: string | undefined, flags: ExportFlags): Promise<void> {
  const config = settings(flags);
  const slices = slicesOf(flags);
  const stop = handleShutdownSignals();
  const reader = await openReader();
  try {
    const last = await lastAsOf(reader, flags.asOf, new Date());
    const insist = reportedRetries(stop.aborted, (text) => process.stderr.write(text));
    const log = retryReads(reader, insist);
    const lines = last === undefined ? none() : envelopeLines(log, last, slices, stop.aborted);
    if (file === undefined) await writeToStdout(lines, stop.aborted);
    else await writeToFile(lines, file, stop.aborted);
  } catch (error) {
    const received = stop.received();
    if (received) throw new CommandError('stopped before the end', exitCodeOf(received));
    throw failureOfOutput(error, file) ?? commandErrorOf(error, config) ?? error;
  } finally {
    reader.close();
  }

  async function openReader(): ReturnType<typeof openLogToRead> {
    try {
      return await openLogToRead(config);
    } catch (error) {
      throw commandErrorOf(error, config) ?? error;
    }
  }
}

function slicesOf({ country, topic }: ExportFlags): readonly Slice[] {
  const slices: Slice[] = [];
  if (country !== undefined) {
    const found = resolveCountry(country);
    if (found.outcome === 'refused') throw new CommandError(found.detail, WRONG_SETTING_EXIT_CODE);
    slices.push({ projection: 'country', key: found.code });
  }
  if (topic !== undefined) {
    const found = resolveTopic(topic);
    if (found.outcome === 'refused') throw new CommandError(found.detail, WRONG_SETTING_EXIT_CODE);
    slices.push({ projection: 'topic', key: found.topic });
  }
  return slices;
}

/** Up to the position; events that a server adds meanwhile are left to the next export. */
async function* envelopeLines(
  log: LogSource,
  last: Position,
  slices: readonly Slice[],
  aborted: AbortSignal,
): AsyncGenerator<string> {
  const [all, later] = [await log.countAfter(), await log.countAfter(last)];
  const isKnown = all !== undefined && later !== undefined;
  const progress = openProgress(isKnown ? (all - later) * (slices.length + 1) : undefined);
  const told = counter(progress, aborted);
  try {
    const chosen: ReadonlySet<string>[] = [];
    for (const { projection, key } of slices) {
      chosen.push(await recordsOfTimeline(log, projectionByName(projection), key, last, told));
    }
    for await (const page of logPages(log, last)) {
      const wanted = page.filter(({ stream }) => chosen.every((records) => records.has(stream)));
      yield wanted.map((event) => `${storedEnvelopeJson(event)}\n`).join('');
      told(page.length);
    }
  } finally {
    progress.stop();
  }
}

async function* none(): AsyncGenerator<string> {}

/** Counts events up, and gives up when the signal is aborted. */
function counter(progress: Progress, aborted: AbortSignal): (events: number) => void {
  let done = 0;
  return (events) => {
    aborted.throwIfAborted();
    done += events;
    progress.update(done, done);
  };
}

async function writeToStdout(lines: AsyncGenerator<string>, aborted: AbortSignal): Promise<void> {
  try {
    await pipeline(Readable.from(lines), process.stdout as Writable, { signal: aborted, end: false });
  } catch (error) {
    if (!isClosedPipe(error)) throw error;
  }
}

/** The reader of the pipe has had enough, as `head` does: no failure. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** The file gets its name when it is whole. */
async function writeToFile(lines: AsyncGenerator<string>, file: string, aborted: AbortSignal): Promise<void> {
  const part = `${file}.part`;
  try {
    await pipeline(Readable.from(lines), createWriteStream(part, { flush: true }), { signal: aborted });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function failureOfOutput(error: unknown, file: string | undefined): CommandError | undefined {
  if (file === undefined || !(error instanceof Error) || !('syscall' in error)) return undefined;
  return new CommandError(`${file} cannot be written: ${error.message}`);
}
