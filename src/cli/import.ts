import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { Command } from 'commander';
import { splitLines } from '../append/json/ndjson.ts';
import { type Config, type Flags, httpUrl } from '../config.ts';
import { DataFolderInUseError, type OpenLog, openLog } from '../server.ts';
import { CommandError } from './support/command-error.ts';
import { toCommandError } from './support/errors.ts';
import { findAlteredExport, type ImportResult, importLines } from './support/import-lines.ts';
import { openProgress } from './support/progress.ts';
import { reportingRetryPolicy, retryingRecorder } from './support/retry.ts';
import { addLogOptions, readSettings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals, type StopSignal } from './support/signals.ts';
import { inputError, isSystemError } from './support/system-errors.ts';

const LINE_BYTES_MAX = 1 << 20;
const READ_BYTES = 1 << 18;

interface Input {
  readonly name: string;
  readonly stream: Readable;
  /** Undefined for stdin. */
  readonly bytes: number | undefined;
}

interface ImportFlags extends Flags {
  readonly allowFuture?: true;
}

export function importCommand(): Command {
  return addLogOptions(new Command('import'))
    .argument('<file>', 'NDJSON file, one event per line, as sent to the API or as exported; - reads stdin')
    .option('--allow-future', 'take exported events that were recorded later than now')
    .description('Add a file of events to the log. Events already in the log are skipped.')
    .action(importFile);
}

async function importFile(file: string, { allowFuture, ...flags }: ImportFlags): Promise<void> {
  const config = readSettings(flags);
  const input = await openInput(file);
  await requireUnaltered(input);
  const log = await openLogToWrite(config, file);
  const stop = handleShutdownSignals();
  const progress = openProgress(input.bytes);
  try {
    const lines = splitLines(addAbortSignal(stop.aborted, input.stream), LINE_BYTES_MAX);
    const retry = reportingRetryPolicy(stop.aborted, (text) => process.stderr.write(text));
    const recorder = retryingRecorder(log.recorder, retry);
    const result = await importLines(lines, recorder, {
      progress,
      aborted: stop.aborted,
      mayBeInFuture: allowFuture === true,
    });
    progress.stop();
    report(result, input.name, stop.received());
  } catch (error) {
    progress.stop();
    const received = stop.received();
    const isReadError = isSystemError(error) && error.syscall === 'read';
    const expected = isReadError ? inputError(error, input.name) : toCommandError(error, config);
    if (expected && received) throw new CommandError(`stopped: ${expected.message}`, exitCodeOf(received));
    throw expected ?? error;
  } finally {
    input.stream.destroy();
    await log.close();
  }
}

async function openInput(file: string): Promise<Input> {
  if (file === '-') return { name: 'stdin', stream: process.stdin, bytes: undefined };
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) throw new CommandError(`${file} cannot be read: it is a folder`);
    const stream = createReadStream(file, { highWaterMark: READ_BYTES });
    await once(stream, 'open');
    return { name: file, stream, bytes: stats.isFile() ? stats.size : undefined };
  } catch (error) {
    throw inputError(error, file) ?? error;
  }
}

/** A file is checked before anything is recorded. What comes through a pipe is checked at its end. */
async function requireUnaltered({ name, bytes }: Input): Promise<void> {
  if (bytes === undefined) return;
  const lines = splitLines(createReadStream(name, { highWaterMark: READ_BYTES }), LINE_BYTES_MAX);
  const altered = await findAlteredExport(lines).catch((error: unknown) => {
    throw inputError(error, name) ?? error;
  });
  if (altered === undefined) return;
  throw new CommandError(`${name}:${altered.line}: ${altered.detail}. Nothing was recorded.`);
}

async function openLogToWrite(config: Config, file: string): Promise<OpenLog> {
  try {
    return await openLog(config, () => {});
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw toCommandError(error, config) ?? error;
    const url = `${httpUrl(config.host, config.port)}/events`;
    throw new CommandError(
      `${error.message}\nIf a server has it open, send the file to the server:\n` +
        `  curl --data-binary @${file} -H 'Content-Type: application/x-ndjson' ${url}`,
    );
  }
}

function report(result: ImportResult, name: string, received: StopSignal | undefined): void {
  process.stderr.write(
    `recorded ${result.recorded}, repeated ${result.repeated}\n${warningsText(result, name)}`,
  );
  if (result.outcome === 'refused') {
    throw new CommandError(
      `${name}:${result.place}: ${result.detail}\nAll lines before it were recorded. Fix it and run the import again.`,
    );
  }
  if (result.outcome === 'stopped' && received) {
    const message = 'stopped; run the same import again to resume it, nothing is recorded twice';
    throw new CommandError(message, exitCodeOf(received));
  }
}

/** Returns lines for the user; none if there are no warnings. */
function warningsText({ warnings, firstWarnings }: ImportResult, name: string): string {
  if (warnings === 0) return '';
  const shown = firstWarnings.map(({ line, warning: { code, detail, pointer = '' } }) => {
    return `  ${name}:${line}: ${pointer === '' ? '' : `${pointer}: `}${detail} (${code})\n`;
  });
  const rest = warnings - firstWarnings.length;
  const more = rest === 0 ? '' : `  and ${rest} more\n`;
  return `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}\n${shown.join('')}${more}`;
}
