import { access, constants, stat } from 'node:fs/promises';
import { Command } from 'commander';
import type { Flags } from '../config.ts';
import { restoreLog } from '../log.ts';
import { addAuditEntry } from './support/audit-entry.ts';
import { CommandError } from './support/command-error.ts';
import { toCommandError } from './support/errors.ts';
import { openEventProgress } from './support/event-progress.ts';
import { addLogOptions, readSettings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals } from './support/signals.ts';
import { inputError } from './support/system-errors.ts';

export function restoreCommand(): Command {
  return addLogOptions(new Command('restore'))
    .argument('<file>', 'backup, or the log.db of another data folder')
    .description('Put a backup into a data folder that has no log. Timelines are rebuilt at the next start.')
    .action(restore);
}

async function restore(file: string, flags: Flags): Promise<void> {
  const config = readSettings(flags);
  if (config.eventStore !== undefined) {
    throw new CommandError(
      'the log is at EVENTSTORE_URL, not in a data folder: unset it, restore into a new folder, ' +
        'and copy that with chancery copy --from <folder>',
    );
  }
  const stop = handleShutdownSignals();
  const progress = openEventProgress(stop.aborted);
  await requireFile(file);
  try {
    const events = await restoreLog(file, config.dataDir, progress.update);
    progress.stop();
    addAuditEntry(config, { action: 'restore' }, file);
    process.stderr.write(`restored and verified ${events} ${events === 1 ? 'event' : 'events'}\n`);
  } catch (error) {
    progress.stop();
    const received = stop.received();
    if (received) throw new CommandError('stopped; nothing was restored', exitCodeOf(received));
    throw toCommandError(error, config) ?? error;
  }
}

async function requireFile(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
    if ((await stat(file)).isFile()) return;
  } catch (error) {
    throw inputError(error, file) ?? error;
  }
  throw new CommandError(`${file} cannot be read as a backup: it is not a file`);
}
