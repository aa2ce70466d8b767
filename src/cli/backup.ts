import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Flags } from '../config.ts';
import { backUpLog } from '../log.ts';
import { addAuditEntry } from './support/audit-entry.ts';
import { CommandError } from './support/command-error.ts';
import { toCommandError } from './support/errors.ts';
import { type EventProgress, openEventProgress } from './support/event-progress.ts';
import { findOutput, type Output, outputError, replaceFile, writeOutput } from './support/output.ts';
import { addLogOptions, readSettings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals } from './support/signals.ts';

export function backupCommand(): Command {
  return addLogOptions(new Command('backup'))
    .argument('<file>', 'file to write; an older backup is replaced')
    .description('Write the whole log to one verified file. A server may be running on it.')
    .action(backUp);
}

async function backUp(file: string, flags: Flags): Promise<void> {
  const config = readSettings(flags);
  if (config.eventStore !== undefined) {
    throw new CommandError(
      'the log is at EVENTSTORE_URL, not in a data folder: back it up with the tools of its server, ' +
        'or copy it into a folder with chancery copy --to <folder>',
    );
  }
  const stop = handleShutdownSignals();
  const progress = openEventProgress(stop.aborted);
  const output = await findOutput(file, config.dataDir);
  try {
    const events = await backUpTo(output, config.dataDir, progress, stop.aborted);
    progress.stop();
    addAuditEntry(config, { action: 'backup' }, output.name);
    process.stderr.write(`backed up and verified ${events} ${events === 1 ? 'event' : 'events'}\n`);
  } catch (error) {
    progress.stop();
    const received = stop.received();
    if (received) throw new CommandError('stopped; no backup was written', exitCodeOf(received));
    throw outputError(error, output.name) ?? toCommandError(error, config) ?? error;
  }
}

async function backUpTo(
  output: Output,
  dataDir: string,
  progress: EventProgress,
  aborted: AbortSignal,
): Promise<number> {
  if (output.kind === 'file') {
    return replaceFile(output, (part) => backUpLog(dataDir, part, progress.update));
  }
  // SQLite cannot write to a pipe.
  const folder = await mkdtemp(join(tmpdir(), 'chancery-backup-'));
  try {
    const file = join(folder, 'log.db');
    const events = await backUpLog(dataDir, file, progress.update);
    await writeOutput(output, createReadStream(file), aborted);
    return events;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
