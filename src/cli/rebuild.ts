import { Command } from 'commander';
import type { Config, Flags } from '../config.ts';
import type { Signal } from '../observability/signal.ts';
import { loadExtensions, mountedProjections, openRebuilds } from '../server.ts';
import { CommandError, commandErrorOf, WRONG_SETTING_EXIT_CODE } from './support/errors.ts';
import { jointProgress, type RebuildOutcome, type RebuildProgress } from './support/rebuild-progress.ts';
import { rebuildOnServer } from './support/server-rebuild.ts';
import { addAddressOptions, addDataOption, settings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals, type ShutdownSignals } from './support/signals.ts';

export function rebuildCommand(): Command {
  return addAddressOptions(addDataOption(new Command('rebuild')))
    .argument('[projection...]', `of ${projectionNames().join(', ')}; all if none is given`)
    .description(
      'Make timelines anew from the whole log. Where a server has the log open, it does so while it serves.',
    )
    .action(rebuild);
}

function projectionNames(): readonly string[] {
  return mountedProjections().map(({ name }) => name);
}

async function rebuild(named: readonly string[], flags: Flags): Promise<void> {
  const config = settings(flags);
  await loadExtensions(config.extensions).catch((error: unknown) => {
    throw commandErrorOf(error, config) ?? error;
  });
  const known = projectionNames();
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const detail = `there is no projection ${unknown}; there are ${known.join(', ')}`;
    throw new CommandError(detail, WRONG_SETTING_EXIT_CODE);
  }
  const names = named.length > 0 ? [...new Set(named)] : known;
  const stop = handleShutdownSignals();
  const startedMs = Date.now();
  const ends = await rebuildAll(names, config, stop.aborted).catch((error: unknown) => {
    throw endOf(error, stop);
  });
  const seconds = (Date.now() - startedMs) / 1000;
  for (const end of ends) process.stderr.write(`${lineOf(end, seconds)}\n`);
  const received = stop.received();
  if (received) throw new CommandError('stopped; what was given up is as before', exitCodeOf(received));
  if (ends.some(({ state }) => state !== 'activated')) {
    throw new CommandError('not everything was rebuilt; the timelines that were there serve on');
  }
}

/** A command that was told to stop reports that by its exit code, also when stopping failed. */
function endOf(error: unknown, stop: ShutdownSignals): unknown {
  const received = stop.received();
  if (received === undefined || !(error instanceof CommandError)) return error;
  return new CommandError(error.message, exitCodeOf(received));
}

function lineOf({ projection, state, events, stoppedBy }: RebuildOutcome, seconds: number): string {
  switch (state) {
    case 'activated':
      return `${projection}: rebuilt from ${events} events in ${seconds.toFixed(1)} s`;
    case 'cancelled':
      return `${projection}: given up`;
    case 'left':
      return `${projection}: goes on, as somebody else asked for it; it is followed no more`;
    case 'failed':
      return `${projection}: failed${stoppedBy?.event ? ` at event ${stoppedBy.event}` : ''}: ${stoppedBy?.reason}`;
  }
}

/** Here where no server has the folder, else by the server that has it. */
async function rebuildAll(
  names: readonly string[],
  config: Config,
  aborted: AbortSignal,
): Promise<readonly RebuildOutcome[]> {
  const { tell, stop } = jointProgress(names);
  try {
    return await rebuildHere(names, config, tell, aborted).catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'DataFolderInUseError') throw error;
      return rebuildOnServer(names, config, tell, aborted);
    });
  } catch (error) {
    throw commandErrorOf(error, config) ?? error;
  } finally {
    stop();
  }
}

/** A log that is away is waited for, for as long as nobody stops the command. */
function tellWhenAway(signal: Signal): void {
  if (signal.kind === 'disconnected') process.stderr.write(`${signal.reason} It is tried again.\n`);
}

async function rebuildHere(
  names: readonly string[],
  config: Config,
  tell: RebuildProgress,
  aborted: AbortSignal,
): Promise<readonly RebuildOutcome[]> {
  const rebuilds = await openRebuilds(config, tellWhenAway);
  const rebuildOne = async (projection: string): Promise<RebuildOutcome> => {
    if (aborted.aborted) return { projection, state: 'cancelled', events: 0 };
    const { ended, cancel } = rebuilds.run(projection, (events) => tell(projection, events, rebuilds.total));
    aborted.addEventListener('abort', cancel, { once: true });
    const end = await ended;
    if (end.kind === 'built') return { projection, state: 'activated', events: end.events };
    if (end.kind === 'cancelled') return { projection, state: 'cancelled', events: 0 };
    const stoppedBy = { event: end.eventId ?? null, reason: end.reason };
    return { projection, state: 'failed', events: 0, stoppedBy };
  };
  try {
    return await Promise.all(names.map(rebuildOne));
  } finally {
    await rebuilds.close();
  }
}
