import { Command } from 'commander';
import type { Config, Flags } from '../config.ts';
import { LogMismatchError } from '../log.ts';
import { pinoSink } from '../observability/pino-sink.ts';
import type { SignalSink } from '../observability/signal.ts';
import type { Chancery } from '../server.ts';
import { CommandError } from './support/command-error.ts';
import { toCommandError } from './support/errors.ts';
import { keepHeapsSmall } from './support/heap.ts';
import { isNewDataFolder, recordSample } from './support/sample.ts';
import { addServeOptions, readSettings } from './support/settings.ts';
import { handleShutdownSignals, type ShutdownSignals } from './support/signals.ts';
import { startupMessage } from './support/startup-message.ts';

const SHUTDOWN_TIMEOUT_MS = 9_000;

interface ServeFlags extends Flags {
  readonly empty?: true;
}

export function serveCommand(): Command {
  return addServeOptions(new Command('serve'))
    .description('Run the server: HTTP API and web pages.')
    .option('--empty', 'do not add the sample history to an empty log')
    .option('--accept-log', 'accept a log that lacks events of the timelines (env ACCEPT_LOG=true)')
    .option('--private-webhooks', 'send webhooks to private addresses, too (env PRIVATE_WEBHOOKS=true)')
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const config = readSettings(flags);
  keepHeapsSmall();
  const signal = await pinoSink(config.logLevel);
  const stop = handleShutdownSignals();
  // A log on a server of its own belongs to somebody, so it never gets the sample.
  const wantsSample =
    flags.empty !== true && config.eventStore === undefined && (await isNewDataFolder(config));
  const chancery = await Promise.race([start(config, signal), requested(stop)]);
  if (chancery === undefined) {
    // Nothing was acknowledged yet, so nothing can be lost.
    signal({ kind: 'stopped' });
    process.exit(0);
  }
  const failed = chancery.failed.then(
    (error) =>
      new CommandError(
        error instanceof LogMismatchError ? error.message : `the log failed: ${error.message}`,
      ),
  );
  const failure = await Promise.race([failed, serveUntil(stop, chancery, config, wantsSample)]);
  signal({ kind: 'stopping', reason: failure?.message ?? stop.received() ?? '' });
  await close(chancery);
  signal({ kind: 'stopped' });
  if (failure) throw failure;
}

async function start(config: Config, signal: SignalSink): Promise<Chancery> {
  // Commands other than this one start faster without the modules of the server.
  const { startChancery } = await import('../server.ts');
  try {
    return await startChancery(config, signal);
  } catch (error) {
    throw toCommandError(error, config) ?? error;
  }
}

/** Settles when the process is asked to stop. */
function requested({ aborted }: ShutdownSignals): Promise<undefined> {
  return new Promise((resolve) => {
    if (aborted.aborted) resolve(undefined);
    aborted.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

async function serveUntil(
  stop: ShutdownSignals,
  chancery: Chancery,
  config: Config,
  wantsSample: boolean,
): Promise<undefined> {
  const stopped = requested(stop);
  const needsSample = wantsSample && (await isEmpty(chancery));
  if (needsSample) await recordSample(chancery.recorder);
  // While the log does not respond, the message is delayed, but the server can be stopped.
  const text = await Promise.race([stopped, startupMessage(chancery, config, needsSample)]);
  if (text !== undefined) process.stdout.write(text);
  return stopped;
}

async function isEmpty({ store }: Chancery): Promise<boolean> {
  return (await store.readAll({ direction: 'forwards', maxCount: 1 })).length === 0;
}

/** Closes the server, or ends the process if that takes too long. No acknowledged event is lost either way. */
async function close(chancery: Chancery): Promise<void> {
  const timer = setTimeout(() => process.exit(0), SHUTDOWN_TIMEOUT_MS);
  await chancery.close();
  timer.unref();
}
