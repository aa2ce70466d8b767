import { Command } from 'commander';
import type { Flags } from '../config.ts';
import { verifyFolder } from '../verify/verify-folder.ts';
import type { VerifyObserver, VerifyReport } from '../verify/verify-report.ts';
import { CommandError } from './support/command-error.ts';
import { toCommandError, USAGE_EXIT_CODE } from './support/errors.ts';
import { openProgress, type Progress } from './support/progress.ts';
import { addLogOptions, readSettings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals } from './support/signals.ts';

const STEP_LABELS = {
  file: 'checking log.db',
  events: 'checking events',
  timelines: 'comparing timelines with a replay',
};
/** A damaged page can hold many events. */
const SHOWN_FINDINGS_MAX = 50;

export function verifyCommand(): Command {
  return addLogOptions(new Command('verify'))
    .description(
      'Check a data folder that no server has open: log, evidence, audit log and timelines. Nothing is changed.',
    )
    .action(verify);
}

async function verify(flags: Flags): Promise<void> {
  const config = readSettings(flags);
  if (config.eventStore !== undefined) {
    throw new CommandError(
      'verify checks the log in a data folder: unset EVENTSTORE_URL, ' +
        'or copy the log into a folder with chancery copy --to <folder> and verify that',
      USAGE_EXIT_CODE,
    );
  }
  const stop = handleShutdownSignals();
  const progress = openVerifyProgress(stop.aborted);
  try {
    const report = await verifyFolder(config, progress);
    progress.stop();
    if (report === undefined) throw new CommandError(`the data folder ${config.dataDir} has no log`);
    requireNoFindings(report);
    process.stderr.write(summaryOf(report));
  } catch (error) {
    progress.stop();
    const received = stop.received();
    if (received) throw new CommandError('stopped before the end', exitCodeOf(received));
    throw toCommandError(error, config) ?? error;
  }
}

function requireNoFindings({ findings }: VerifyReport): void {
  if (findings.length === 0) return;
  const more = findings.length - SHOWN_FINDINGS_MAX;
  throw new CommandError(
    [
      `${findings.length} ${findings.length === 1 ? 'problem' : 'problems'} found`,
      ...findings.slice(0, SHOWN_FINDINGS_MAX).map((finding) => `  ${finding}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join('\n'),
  );
}

function summaryOf({ events, views, entries }: VerifyReport): string {
  const [eventCount, entryCount] = [events.toLocaleString('en'), entries.toLocaleString('en')];
  return `${eventCount} events, ${views} view files and ${entryCount} audit entries are in order\n`;
}

interface VerifyProgress extends VerifyObserver {
  stop(): void;
}

function openVerifyProgress(aborted: AbortSignal): VerifyProgress {
  let progress: Progress | undefined;
  let done = 0;
  return {
    stepStarted: (step, events) => {
      progress?.stop();
      process.stderr.write(`${STEP_LABELS[step]}\n`);
      progress = events === undefined ? undefined : openProgress(events);
      done = 0;
    },
    advanced: (events) => {
      aborted.throwIfAborted();
      done += events;
      progress?.update(done, done);
    },
    stop: () => progress?.stop(),
  };
}
