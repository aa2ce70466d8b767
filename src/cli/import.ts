import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { Command } from 'commander';
import { linesOf } from '../append/json/ndjson.ts';
import { type Config, type Flags, httpAddress } from '../config.ts';
import { type OpenLog, openLog } from '../server.ts';
import { CommandError, commandErrorOf } from './support/errors.ts';
import { type ImportEnd, importLines } from './support/import-lines.ts';
import { openProgress } from './support/progress.ts';
import { retryRecorder } from './support/retry-recorder.ts';
import { addDataOption, settings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals, type StopSignal } from './support/signals.ts';

const LINE_BYTES_MAX = 1 << 20;
const READ_BYTES = 1 << 18;

interface Input {
  readonly name: string;
  readonly stream: Readable;
  /** Undefined when it cannot be known. */
  readonly bytes: number | undefined;
}

export function importCommand(): Command {
  return addDataOption(new Command('import'))
    .argument('<file>', 'NDJSON, an event a line, as sent or as exported; - for stdin')
    .description('Record a file of events. What is recorded already is left alone, so it can be run again.')
    .action(importFile);
}

async function importFile(file: string, flags: Flags): Promise<void> {
  const config = settings(flags);
  const input = await openInput(file);
  const log = await open(config, file);
  const stop = handleShutdownSignals();
  const progress = openProgress(input.bytes);
  try {
    const lines = linesOf(addAbortSignal(stop.aborted, input.stream), LINE_BYTES_MAX);
    const recorder = retryRecorder(log.recorder, stop.aborted, (text) => process.stderr.write(text));
    const end = await importLines(lines, recorder, progress, stop.aborted);
    progress.stop();
    report(end, input.name, stop.received());
  } catch (error) {
    progress.stop();
    const received = stop.received();
    const failure = commandErrorOf(error, config);
    if (failure && received) throw new CommandError(`stopped; ${failure.message}`, exitCodeOf(received));
    throw failure ?? error;
  } finally {
    input.stream.destroy();
    await log.close();
  }
}

async function openInput(file: string): Promise<Input> {
  if (file === '-') return { name: 'stdin', stream: process.stdin, bytes: undefined };
  try {
    const { size } = await stat(file);
    const stream = createReadStream(file, { highWaterMark: READ_BYTES });
    await once(stream, 'open');
    return { name: file, stream, bytes: size };
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

async function open(config: Config, file: string): Promise<OpenLog> {
  try {
    return await openLog(config, () => {});
  } catch (error) {
    const failure = commandErrorOf(error, config);
    if (!(error instanceof Error) || error.name !== 'DataFolderInUseError') throw failure ?? error;
    const url = `${httpAddress(config.host, config.port)}/events`;
    throw new CommandError(
      `${error.message}\nA running server takes the file itself:\n` +
        `  curl --data-binary @${file} -H 'Content-Type: application/x-ndjson' ${url}`,
    );
  }
}

function report(end: ImportEnd, name: string, received: StopSignal | undefined): void {
  process.stderr.write(`recorded ${end.recorded}, repeated ${end.repeated}\n`);
  if (end.outcome === 'refused') {
    throw new CommandError(
      `${name}:${end.place}: ${end.detail}\nAll lines before it are recorded. Mend it and run the import again.`,
    );
  }
  if (end.outcome === 'stopped' && received) {
    const again = 'stopped; run the same import again to go on, nothing is recorded twice';
    throw new CommandError(again, exitCodeOf(received));
  }
}
