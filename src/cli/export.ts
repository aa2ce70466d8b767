import { Command } from 'commander';
import { ExportDigest } from '../append/export-trailer.ts';
import type { Config, Flags } from '../config.ts';
import { resolveCountry } from '../domain/countries/countries.ts';
import { exportLine } from '../domain/events/event.ts';
import { resolveTopic } from '../domain/fields/topic.ts';
import type { Position } from '../event-store/event-store.ts';
import { logPages } from '../event-store/paging.ts';
import { type LogSource, type RetryPolicy, retryReads } from '../event-store/retry.ts';
import { openLogToCopy, projectionByName } from '../log.ts';
import { recordsOfTimeline } from '../transfer/export-slice.ts';
import { addAuditEntry } from './support/audit-entry.ts';
import { CommandError } from './support/command-error.ts';
import { toCommandError, USAGE_EXIT_CODE } from './support/errors.ts';
import { lastAsOf } from './support/last-as-of.ts';
import { findOutput, outputError, writeOutput } from './support/output.ts';
import { openProgress, type Progress } from './support/progress.ts';
import { reportingRetryPolicy } from './support/retry.ts';
import { addLogOptions, readSettings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals, type ShutdownSignals } from './support/signals.ts';

interface ExportFlags extends Flags {
  readonly country?: string;
  readonly topic?: string;
  readonly asOf?: string;
}

/** A timeline whose records are exported, each with all its events. */
interface Slice {
  readonly projection: 'country' | 'topic';
  readonly key: string;
}

export function exportCommand(): Command {
  return addLogOptions(new Command('export'))
    .argument('[file]', 'file to write (default: stdout)')
    .option('--country <country>', 'only records that are, or were, on the timeline of this country')
    .option('--topic <slug>', 'only records that are, or were, on the timeline of this topic')
    .option('--as-of <point>', 'only events recorded up to a position or an instant (RFC 3339)')
    .description('Write events as NDJSON, in the order of the log. A server may be running on it.')
    .action(exportLog);
}

async function exportLog(file: string | undefined, flags: ExportFlags): Promise<void> {
  const config = readSettings(flags);
  const slices = slicesOf(flags);
  const stop = handleShutdownSignals();
  const output = await findOutput(file, config.dataDir);
  const retry = reportingRetryPolicy(stop.aborted, (text) => process.stderr.write(text));
  const reader = await openReader(config, retry, stop);
  try {
    addAuditEntry(config, { action: 'export', format: 'ndjson', query: queryOf(flags) }, '/events');
    const last = await lastAsOf(reader, flags.asOf, new Date());
    const log = retryReads(reader, retry);
    const lines = last === undefined ? noEvents() : envelopeLines(log, last, slices, stop.aborted);
    await writeOutput(output, lines, stop.aborted);
  } catch (error) {
    throw stopError(stop) ?? outputError(error, output.name) ?? toCommandError(error, config) ?? error;
  } finally {
    reader.close();
  }
}

async function openReader(
  config: Config,
  retry: RetryPolicy,
  stop: ShutdownSignals,
): ReturnType<typeof openLogToCopy> {
  try {
    return await openLogToCopy(config, retry);
  } catch (error) {
    throw stopError(stop) ?? toCommandError(error, config) ?? error;
  }
}

function stopError(stop: ShutdownSignals): CommandError | undefined {
  const received = stop.received();
  return received && new CommandError('stopped before the end', exitCodeOf(received));
}

function slicesOf({ country, topic }: ExportFlags): readonly Slice[] {
  const slices: Slice[] = [];
  if (country !== undefined) {
    const resolved = resolveCountry(country);
    if (resolved.outcome === 'refused') throw new CommandError(resolved.detail, USAGE_EXIT_CODE);
    slices.push({ projection: 'country', key: resolved.code });
  }
  if (topic !== undefined) {
    const resolved = resolveTopic(topic);
    if (resolved.outcome === 'refused') throw new CommandError(resolved.detail, USAGE_EXIT_CODE);
    slices.push({ projection: 'topic', key: resolved.topic });
  }
  return slices;
}

/** What is exported, in the form of the query of a URL. */
function queryOf({ country, topic, asOf }: ExportFlags): string {
  const given = Object.entries({ country, topic, asOf }).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given as [string, string][])}`;
}

/** Yields the events up to a position, and the last line. Events appended meanwhile are left to the next export. */
async function* envelopeLines(
  log: LogSource,
  last: Position,
  slices: readonly Slice[],
  aborted: AbortSignal,
): AsyncGenerator<string> {
  const [all, later] = [await log.countAfter(), await log.countAfter(last)];
  const isCountable = all !== undefined && later !== undefined;
  const progress = openProgress(isCountable ? (all - later) * (slices.length + 1) : undefined);
  const count = eventCounter(progress, aborted);
  const digest = new ExportDigest();
  try {
    const recordSets: ReadonlySet<string>[] = [];
    for (const { projection, key } of slices) {
      recordSets.push(await recordsOfTimeline(log, projectionByName(projection), key, last, count));
    }
    for await (const page of logPages(log, last)) {
      const chosen = page.filter(({ stream }) => recordSets.every((records) => records.has(stream)));
      const lines = chosen.map(exportLine);
      for (const line of lines) digest.add(line);
      yield lines.map((line) => `${line}\n`).join('');
      count(page.length);
    }
    yield `${digest.trailer()}\n`;
  } finally {
    progress.stop();
  }
}

async function* noEvents(): AsyncGenerator<string> {
  yield `${new ExportDigest().trailer()}\n`;
}

/** Returns a function that adds to the progress. Once `aborted`, it throws. */
function eventCounter(progress: Progress, aborted: AbortSignal): (events: number) => void {
  let done = 0;
  return (events) => {
    aborted.throwIfAborted();
    done += events;
    progress.update(done, done);
  };
}
