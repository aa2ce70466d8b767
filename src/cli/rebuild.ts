import { Command } from 'commander';
import type { Config, Flags } from '../config.ts';
import { DataFolderInUseError, loadExtensions, mountedProjections, openOfflineRebuilds } from '../log.ts';
import type { Signal } from '../observability/signal.ts';
import { addAuditEntry } from './support/audit-entry.ts';
import { CommandError } from './support/command-error.ts';
import { toCommandError, USAGE_EXIT_CODE } from './support/errors.ts';
import { rebuildOnServer } from './support/rebuild-on-server.ts';
import { openRebuildProgress, type RebuildProgress, type RebuildResult } from './support/rebuild-progress.ts';
import { addAddressOptions, addLogOptions, readSettings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals, type ShutdownSignals } from './support/signals.ts';

export function rebuildCommand(): Command {
  return addAddressOptions(addLogOptions(new Command('rebuild')))
    .argument('[projection...]', `${projectionNames().join(', ')} (default: all)`)
    .description(
      'Rebuild timelines from the log. If a server has the log open, it rebuilds them while it keeps serving.',
    )
    .action(rebuild);
}

function projectionNames(): readonly string[] {
  return mountedProjections().map(({ name }) => name);
}

async function rebuild(names: readonly string[], flags: Flags): Promise<void> {
  const config = readSettings(flags);
  await loadExtensions(config.extensions).catch((error: unknown) => {
    throw toCommandError(error, config) ?? error;
  });
  const projections = chosenProjections(names);
  const stop = handleShutdownSignals();
  const startedMs = Date.now();
  const isServerMeant = flags.host !== undefined || flags.port !== undefined;
  const results = await rebuildAll(projections, config, isServerMeant, stop.aborted).catch(
    (error: unknown) => {
      throw withSignalExitCode(error, stop);
    },
  );
  const seconds = (Date.now() - startedMs) / 1000;
  for (const result of results) process.stderr.write(`${resultLine(result, seconds)}\n`);
  const received = stop.received();
  if (received) {
    throw new CommandError(
      'stopped; the timelines of cancelled rebuilds are unchanged',
      exitCodeOf(received),
    );
  }
  if (results.some(({ state }) => state !== 'activated')) {
    throw new CommandError('not every rebuild succeeded; the other timelines are unchanged');
  }
}

function chosenProjections(names: readonly string[]): readonly string[] {
  const known = projectionNames();
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const message = `there is no projection ${unknown}; choose from ${known.join(', ')}`;
    throw new CommandError(message, USAGE_EXIT_CODE);
  }
  return names.length > 0 ? [...new Set(names)] : known;
}

/** After a signal, the exit code reports the signal even if the command also failed. */
function withSignalExitCode(error: unknown, stop: ShutdownSignals): unknown {
  const received = stop.received();
  if (received === undefined || !(error instanceof CommandError)) return error;
  return new CommandError(error.message, exitCodeOf(received));
}

function resultLine({ projection, state, events, stoppedBy }: RebuildResult, seconds: number): string {
  switch (state) {
    case 'activated':
      return `${projection}: rebuilt from ${events} events in ${seconds.toFixed(1)} s`;
    case 'cancelled':
      return `${projection}: cancelled`;
    case 'detached':
      return `${projection}: still running, as another client requested the rebuild`;
    case 'failed':
      return `${projection}: failed${stoppedBy?.event ? ` at event ${stoppedBy.event}` : ''}: ${stoppedBy?.reason}`;
  }
}

/** Rebuilds in this process, or on the server that is meant or has the data folder open. */
async function rebuildAll(
  projections: readonly string[],
  config: Config,
  isServerMeant: boolean,
  aborted: AbortSignal,
): Promise<readonly RebuildResult[]> {
  const progress = openRebuildProgress(projections);
  try {
    if (isServerMeant) return await rebuildOnServer(projections, config, progress, aborted);
    return await rebuildOffline(projections, config, progress, aborted).catch((error: unknown) => {
      if (!(error instanceof DataFolderInUseError)) throw error;
      return rebuildOnServer(projections, config, progress, aborted);
    });
  } catch (error) {
    throw toCommandError(error, config) ?? error;
  } finally {
    progress.stop();
  }
}

/** An unavailable log is retried until it responds or the command is stopped. */
function printDisconnection(signal: Signal): void {
  if (signal.kind === 'disconnected') process.stderr.write(`${signal.reason} Retrying.\n`);
}

async function rebuildOffline(
  projections: readonly string[],
  config: Config,
  progress: RebuildProgress,
  aborted: AbortSignal,
): Promise<readonly RebuildResult[]> {
  const rebuilds = await openOfflineRebuilds(config, printDisconnection);
  addAuditEntry(config, { action: 'rebuild' }, projections.join(', '));
  const rebuildOne = async (projection: string): Promise<RebuildResult> => {
    if (aborted.aborted) return { projection, state: 'cancelled', events: 0 };
    const run = rebuilds.run(projection, (events) => progress.report(projection, events, rebuilds.total));
    aborted.addEventListener('abort', run.cancel, { once: true });
    const outcome = await run.outcome;
    if (outcome.kind === 'built') return { projection, state: 'activated', events: outcome.events };
    if (outcome.kind === 'cancelled') return { projection, state: 'cancelled', events: 0 };
    const stoppedBy = { event: outcome.eventId ?? null, reason: outcome.reason };
    return { projection, state: 'failed', events: 0, stoppedBy };
  };
  try {
    return await Promise.all(projections.map(rebuildOne));
  } finally {
    await rebuilds.close();
  }
}
