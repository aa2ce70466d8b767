import { realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Config, Flags } from '../config.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { type LogSource, type RetryPolicy, retryReads } from '../event-store/retry.ts';
import { mountedProjections, openLog, openLogToCopy } from '../log.ts';
import { copyLog, type LogCopy } from '../transfer/copy-log.ts';
import { OrdinalLog } from '../transfer/ordinal-log.ts';
import { digestTimelines, findDigestDifference, type TimelineDigest } from '../transfer/timeline-digest.ts';
import { addAuditEntry } from './support/audit-entry.ts';
import { CommandError } from './support/command-error.ts';
import { type CopyProgress, openCopyProgress } from './support/copy-progress.ts';
import { isConnectionStringError, toCommandError, USAGE_EXIT_CODE } from './support/errors.ts';
import { reportingRetryPolicy } from './support/retry.ts';
import { addExtensionOption, readSettings, readSettingsWithLog } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals } from './support/signals.ts';

interface CopyFlags extends Pick<Flags, 'extension'> {
  readonly from?: string;
  readonly to?: string;
}

const HELP = `
A log is a data folder, or the URL of EventStoreDB or KurrentDB (esdb://…,
esdb+discover://…). The names of its streams there start with EVENTSTORE_PREFIX.

If --from or --to is left out, the configured log is used: the one at
EVENTSTORE_URL, or else in DATA_DIR. Other users of this machine can see the
command line, but not the environment, so leave out the log whose URL contains
a password.`;

export function copyCommand(): Command {
  const command = new Command('copy')
    .description(
      'Copy a log to another store and verify every event and timeline. Run it again to resume it.',
    )
    .option('--from <log>', 'log to copy; a server may be running on it')
    .option('--to <log>', 'log to copy to; nothing else may write to it');
  return addExtensionOption(command).addHelpText('after', HELP).action(copy);
}

/** The source or the target of a copy. */
interface CopyEnd {
  readonly option: '--from' | '--to';
  /** The value of the option. Undefined if the configured log is used. */
  readonly value: string | undefined;
  readonly config: Config;
}

async function copy({ from, to, ...flags }: CopyFlags): Promise<void> {
  const [source, target] = [copyEnd('--from', from, flags), copyEnd('--to', to, flags)];
  requireDifferentLogs(source, target);
  const stop = handleShutdownSignals();
  const progress = openCopyProgress(stop.aborted);
  const retry = reportingRetryPolicy(stop.aborted, (text) => process.stderr.write(text));
  try {
    const report = await withSource(source, retry, (reader) =>
      withTarget(target, (store) => copyAndVerify(reader, store, progress, retry)),
    );
    for (const { config } of [source, target].filter(hasDataFolder)) {
      addAuditEntry(config, { action: 'copy' }, `${logName(source)} to ${logName(target)}`);
    }
    process.stderr.write(report);
  } catch (error) {
    progress.stop();
    const received = stop.received();
    if (received) {
      throw new CommandError('stopped; run the same command again to resume', exitCodeOf(received));
    }
    throw copyError(error, target.config);
  }
}

function copyEnd(option: CopyEnd['option'], value: string | undefined, flags: Flags): CopyEnd {
  const config = value === undefined ? readSettings(flags) : readSettingsWithLog(option, value, flags);
  return { option, value, config };
}

function requireDifferentLogs(source: CopyEnd, target: CopyEnd): void {
  if (source.value === undefined && target.value === undefined) {
    throw new CommandError('give --from or --to, or both', USAGE_EXIT_CODE);
  }
  if (logIdentity(source.config) === logIdentity(target.config)) {
    throw new CommandError('--from and --to are the same log', USAGE_EXIT_CODE);
  }
}

/** Equal values mean the same log. Different URLs may still reach the same server. */
function logIdentity({ dataDir, eventStore }: Config): string {
  if (eventStore !== undefined) return eventStore.connectionString.replace(/\/\/.*@/, '//');
  try {
    return realpathSync(dataDir);
  } catch {
    return dataDir;
  }
}

/** A log on a server that an option names belongs to no data folder. */
function hasDataFolder({ value, config }: CopyEnd): boolean {
  return value === undefined || config.eventStore === undefined;
}

function logName({ config: { dataDir, eventStore } }: CopyEnd): string {
  return eventStore?.connectionString ?? dataDir;
}

async function withSource<Result>(
  source: CopyEnd,
  retry: RetryPolicy,
  work: (log: LogSource) => Promise<Result>,
): Promise<Result> {
  const reader = await openLogToCopy(source.config, retry).catch((error: unknown) => {
    throw openError(error, source);
  });
  try {
    return await work(reader);
  } finally {
    reader.close();
  }
}

/**
 * A log on a server needs a data folder for its index of ids. The configured log uses the configured folder; a log
 * named by `--to` gets a temporary one.
 */
async function withTarget<Result>(
  target: CopyEnd,
  work: (log: EventStore) => Promise<Result>,
): Promise<Result> {
  const { value, config } = target;
  const needsFolder = value !== undefined && config.eventStore !== undefined;
  const folder = needsFolder ? await mkdtemp(join(tmpdir(), 'chancery-copy-')) : undefined;
  try {
    const log = await openLog({ ...config, dataDir: folder ?? config.dataDir }, () => {}).catch(
      (error: unknown) => {
        throw openError(error, target);
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

function openError(error: unknown, { option, value, config }: CopyEnd): unknown {
  if (value !== undefined && isConnectionStringError(error)) {
    return new CommandError(`${option}: ${error.message}`, USAGE_EXIT_CODE);
  }
  return toCommandError(error, config) ?? error;
}

/** An error of the system does not say which of the two logs it concerns, so it is reported without a data folder. */
function copyError(error: unknown, config: Config): unknown {
  if (!(error instanceof Error)) return error;
  if ('code' in error) return new CommandError(`the copy failed: ${error.message}`);
  return toCommandError(error, config) ?? error;
}

/** Returns the report for the user. */
async function copyAndVerify(
  source: LogSource,
  target: EventStore,
  progress: CopyProgress,
  retry: RetryPolicy,
): Promise<string> {
  const result = await copyLog(source, target, progress, retry);
  progress.phaseStarted('comparing-timelines', 2 * (result.existing + result.copied));
  const definitions = mountedProjections();
  const digest = async (log: LogSource, last: LogCopy['end']['source']) =>
    last === undefined
      ? []
      : digestTimelines(new OrdinalLog(retryReads(log, retry), last, progress.advanced), definitions);
  const sourceDigests = await digest(source, result.end.source);
  requireSameTimelines(sourceDigests, await digest(target, result.end.target));
  progress.stop();
  const lines = [...sourceDigests.flatMap(stopLine), summaryLine(result)];
  if (result.hasGrown) lines.push('the source has new events: run the same command again to copy them');
  return `${lines.join('\n')}\n`;
}

function requireSameTimelines(
  sourceDigests: readonly TimelineDigest[],
  targetDigests: readonly TimelineDigest[],
): void {
  const difference = findDigestDifference(sourceDigests, targetDigests);
  if (difference === undefined) return;
  const { projection, key } = difference;
  const first = key === undefined ? projection : `${projection}, first in the timeline of ${key}`;
  throw new CommandError(
    ['the events are identical, but the timelines differ:', first, ...targetDigests.flatMap(stopLine)].join(
      '\n',
    ),
  );
}

function stopLine({ projection, stop }: TimelineDigest): readonly string[] {
  if (stop === undefined) return [];
  const { eventId, reason } = stop;
  return [`${projection}: compared up to event ${eventId}, which it cannot project: ${reason}`];
}

function summaryLine({ existing, copied }: LogCopy): string {
  const copiedEvents = `${copied.toLocaleString('en')} ${copied === 1 ? 'event' : 'events'}`;
  const existingCount = existing.toLocaleString('en');
  return `copied ${copiedEvents} (${existingCount} already there); all events and timelines are identical`;
}
