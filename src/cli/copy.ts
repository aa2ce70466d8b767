import { realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Config, Flags } from '../config.ts';
import type { EventReader, EventStore } from '../event-store/event-store.ts';
import { type RetryPolicy, retryReads } from '../event-store/retry.ts';
import { mountedProjections, openLog, openLogToRead } from '../server.ts';
import { copyLog, type LogCopy } from '../transfer/copy-log.ts';
import { OrdinalLog } from '../transfer/ordinal-log.ts';
import { digestDifference, digestTimelines, type TimelineDigest } from '../transfer/timeline-digest.ts';
import { type PhasedProgress, phasedProgress } from './support/copy-progress.ts';
import { CommandError, commandErrorOf, WRONG_SETTING_EXIT_CODE } from './support/errors.ts';
import { reportedRetries } from './support/retry.ts';
import { addExtensionOption, settings, settingsWithLog } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals } from './support/signals.ts';

interface CopyFlags extends Pick<Flags, 'extension'> {
  readonly from?: string;
  readonly to?: string;
}

const HELP = `
A log is a data folder, or the address of EventStoreDB or KurrentDB (esdb://…, esdb+discover://…), where its streams
begin with EVENTSTORE_PREFIX. One of the two may be left out: then it is the log of the settings, at EVENTSTORE_URL or
in DATA_DIR. Others on this machine see what is typed here, but not the settings: leave out the log whose address has
a password.`;

export function copyCommand(): Command {
  return addExtensionOption(new Command('copy'))
    .option('--from <log>', 'the log to copy; a server may be running on it')
    .option('--to <log>', 'where to; nobody else may write there')
    .description(
      'Copy a whole log into another store and compare the two, events and timelines. Stopped and run again, it goes on.',
    )
    .addHelpText('after', HELP)
    .action(copy);
}

/** One of the two logs. */
interface Side {
  readonly option: '--from' | '--to';
  /** Undefined: it is that of the settings. */
  readonly typed: string | undefined;
  readonly config: Config;
}

async function copy({ from, to, ...flags }: CopyFlags): Promise<void> {
  const [source, target] = [sideOf('--from', from, flags), sideOf('--to', to, flags)];
  requireTwoLogs(source, target);
  const stop = handleShutdownSignals();
  const progress = phasedProgress(stop.aborted);
  const insist = reportedRetries(stop.aborted, (text) => process.stderr.write(text));
  try {
    const report = await withSource(source, (reader) =>
      withTarget(target, (store) => copyAndCompare(reader, store, progress, insist)),
    );
    process.stderr.write(report);
  } catch (error) {
    progress.stop();
    const received = stop.received();
    if (received) {
      throw new CommandError('stopped; run the same command again to go on', exitCodeOf(received));
    }
    throw failureOfCopy(error, target.config);
  }
}

function sideOf(option: Side['option'], typed: string | undefined, flags: Flags): Side {
  const config = typed === undefined ? settings(flags) : settingsWithLog(option, typed, flags);
  return { option, typed, config };
}

function requireTwoLogs(source: Side, target: Side): void {
  if (source.typed === undefined && target.typed === undefined) {
    throw new CommandError('say --from or --to, or both', WRONG_SETTING_EXIT_CODE);
  }
  if (placeOf(source.config) !== placeOf(target.config)) return;
  throw new CommandError('--from and --to are the same log', WRONG_SETTING_EXIT_CODE);
}

/** The same for the same log, as far as can be seen from here. */
function placeOf({ dataDir, eventStore }: Config): string {
  if (eventStore !== undefined) return eventStore.connectionString.replace(/\/\/.*@/, '//');
  try {
    return realpathSync(dataDir);
  } catch {
    return dataDir;
  }
}

async function withSource<Result>(side: Side, work: (log: EventReader) => Promise<Result>): Promise<Result> {
  const reader = await openLogToRead(side.config).catch((error: unknown) => {
    throw failureToOpen(error, side);
  });
  try {
    return await work(reader);
  } finally {
    reader.close();
  }
}

/** What is kept beside a log on a server goes into the data folder of the settings, or, where it is none of theirs, nowhere. */
async function withTarget<Result>(side: Side, work: (log: EventStore) => Promise<Result>): Promise<Result> {
  const { typed, config } = side;
  const isElsewhere = typed !== undefined && config.eventStore !== undefined;
  const folder = isElsewhere ? await mkdtemp(join(tmpdir(), 'chancery-copy-')) : undefined;
  try {
    const log = await openLog({ ...config, dataDir: folder ?? config.dataDir }, () => {}).catch(
      (error: unknown) => {
        throw failureToOpen(error, side);
      },
    );
    try {
      return await work(log.store);
    } finally {
      await log.close();
    }
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

function failureToOpen(error: unknown, { option, typed, config }: Side): unknown {
  if (typed !== undefined && error instanceof Error && error.name === 'ConnectionStringError') {
    return new CommandError(`${option}: ${error.message}`, WRONG_SETTING_EXIT_CODE);
  }
  return commandErrorOf(error, config) ?? error;
}

/** An error of the system does not tell which of the two logs has met it. */
function failureOfCopy(error: unknown, config: Config): unknown {
  if (!(error instanceof Error)) return error;
  if ('code' in error) return new CommandError(`the copy cannot go on: ${error.message}`);
  return commandErrorOf(error, config) ?? error;
}

/** What there is to tell in the end. */
async function copyAndCompare(
  source: EventReader,
  target: EventStore,
  progress: PhasedProgress,
  insist: RetryPolicy,
): Promise<string> {
  const copied = await copyLog(source, target, progress, insist);
  const { existing, end, hasGrown } = copied;
  progress.begins('comparing-timelines', 2 * (existing + copied.copied));
  const definitions = mountedProjections();
  const digest = async (log: EventReader, last: LogCopy['end']['source']) =>
    last === undefined
      ? []
      : digestTimelines(new OrdinalLog(retryReads(log, insist), last, progress.did), definitions);
  const digests = await digest(source, end.source);
  requireSame(digests, await digest(target, end.target));
  progress.stop();
  const lines = [...digests.flatMap(stopLine), sumLine(copied)];
  if (hasGrown) lines.push('the source has got more events meanwhile: run the same command again');
  return `${lines.join('\n')}\n`;
}

function requireSame(digests: readonly TimelineDigest[], copies: readonly TimelineDigest[]): void {
  const difference = digestDifference(digests, copies);
  if (difference === undefined) return;
  const { projection, key } = difference;
  const where = key === undefined ? projection : `${projection}, that of ${key} first`;
  throw new CommandError(
    ['the events are the same, but not their timelines:', where, ...copies.flatMap(stopLine)].join('\n'),
  );
}

function stopLine({ projection, stop }: TimelineDigest): readonly string[] {
  if (stop === undefined) return [];
  return [`${projection}: compared up to event ${stop.eventId}, which it cannot take: ${stop.reason}`];
}

function sumLine({ existing, copied }: LogCopy): string {
  const [there, more] = [existing.toLocaleString('en'), copied.toLocaleString('en')];
  return `copied ${more} events (${there} were there already); events and timelines are the same`;
}
