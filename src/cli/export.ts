import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { openLogToRead } from '../composition-root.ts';
import type { Flags } from '../config.ts';
import { storedEnvelopeJson } from '../domain/event.ts';
import type { EventReader, Position } from '../event-store/event-store.ts';
import { CommandFailure, failureOf } from './command-failure.ts';
import { openProgress, type Progress } from './progress.ts';
import { addDataOption, settings } from './settings.ts';
import { exitCodeOf, takeStopRequests } from './stop-request.ts';

const PAGE_EVENTS = 1_000;

export function exportCommand(): Command {
  return addDataOption(new Command('export'))
    .argument('[file]', 'where to write; stdout without it')
    .description(
      'Write every event, one JSON envelope a line, in the order of the log. A server may be running.',
    )
    .action(exportLog);
}

async function exportLog(file: string | undefined, flags: Flags): Promise<void> {
  const config = settings(flags);
  const stop = takeStopRequests();
  const reader = openReader();
  try {
    const lines = envelopeLines(reader, openProgress(undefined));
    if (file === undefined) await writeToStdout(lines, stop.aborted);
    else await writeToFile(lines, file, stop.aborted);
  } catch (error) {
    const received = stop.received();
    if (received) throw new CommandFailure('stopped before the end', exitCodeOf(received));
    throw failureOfOutput(error, file) ?? error;
  } finally {
    reader.close();
  }

  function openReader(): ReturnType<typeof openLogToRead> {
    try {
      return openLogToRead(config);
    } catch (error) {
      throw failureOf(error, config) ?? error;
    }
  }
}

/** What the log holds at the first call; events that a server adds meanwhile are left to the next export. */
async function* envelopeLines(reader: EventReader, progress: Progress): AsyncGenerator<string> {
  const [last] = await reader.readAll({ direction: 'backwards', maxCount: 1 });
  let [after, events]: [Position | undefined, number] = [undefined, 0];
  try {
    while (last && (after === undefined || reader.comparePositions(after, last.position) < 0)) {
      const page = await reader.readAll({
        direction: 'forwards',
        maxCount: PAGE_EVENTS,
        ...(after === undefined ? {} : { after }),
      });
      const told = page.filter((event) => reader.comparePositions(event.position, last.position) <= 0);
      yield told.map((event) => `${storedEnvelopeJson(event)}\n`).join('');
      after = told.at(-1)?.position ?? last.position;
      events += told.length;
      progress.update(events, events);
    }
  } finally {
    progress.stop();
  }
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

function failureOfOutput(error: unknown, file: string | undefined): CommandFailure | undefined {
  if (file === undefined || !(error instanceof Error) || !('syscall' in error)) return undefined;
  return new CommandFailure(`${file} cannot be written: ${error.message}`);
}
