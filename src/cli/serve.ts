import { Command } from 'commander';
import type { Config, Flags } from '../config.ts';
import { pinoSink } from '../observability/pino-sink.ts';
import type { SignalSink } from '../observability/signal.ts';
import { type Chancery, startChancery } from '../server.ts';
import { CommandError, commandErrorOf } from './support/errors.ts';
import { recordSample } from './support/sample.ts';
import { addServerOptions, settings } from './support/settings.ts';
import { handleShutdownSignals, type ShutdownSignals } from './support/signals.ts';
import { startupMessage } from './support/startup-message.ts';

const STOP_MS_MAX = 9_000;

interface ServeFlags extends Flags {
  readonly empty?: true;
}

export function serveCommand(): Command {
  return addServerOptions(new Command('serve'))
    .description('Serve the record and its timelines over HTTP.')
    .option('--empty', 'do not put the sample history into an empty log of DATA_DIR')
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const config = settings(flags);
  const signal = pinoSink(config.logLevel);
  const stop = handleShutdownSignals();
  const chancery = await start(config, signal);
  // A log elsewhere is somebody's: only one of our own gets the sample.
  const withSample = flags.empty !== true && config.eventStore === undefined;
  const failed = chancery.failed.then((error) => new CommandError(`the log failed: ${error.message}`));
  const ended = await Promise.race([failed, serveUntil(stop, chancery, config, withSample)]);
  signal({ kind: 'stopping', reason: ended?.message ?? stop.received() ?? '' });
  await close(chancery);
  signal({ kind: 'stopped' });
  if (ended) throw ended;
}

async function start(config: Config, signal: SignalSink): Promise<Chancery> {
  try {
    return await startChancery(config, signal);
  } catch (error) {
    throw commandErrorOf(error, config) ?? error;
  }
}

async function serveUntil(
  stop: ShutdownSignals,
  chancery: Chancery,
  config: Config,
  withSample: boolean,
): Promise<undefined> {
  const stopped = new Promise<undefined>((resolve) => {
    if (stop.aborted.aborted) resolve(undefined);
    stop.aborted.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const sampled = withSample && (await isEmpty(chancery));
  if (sampled) await recordSample(chancery.recorder);
  // A log that does not answer keeps the welcome waiting, and nobody who wants to stop.
  const text = await Promise.race([stopped, startupMessage(chancery, config, sampled)]);
  if (text !== undefined) process.stdout.write(text);
  return stopped;
}

async function isEmpty({ store }: Chancery): Promise<boolean> {
  return (await store.readAll({ direction: 'forwards', maxCount: 1 })).length === 0;
}

/** In-flight requests are answered and files closed; what hangs for longer is cut off, which loses nothing recorded. */
async function close(chancery: Chancery): Promise<void> {
  const cutOff = setTimeout(() => process.exit(0), STOP_MS_MAX);
  await chancery.close();
  cutOff.unref();
}
