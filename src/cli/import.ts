import { Command } from 'commander';
import type { CountryAliases } from '../append/country-aliases.ts';
import { CsvFormatError } from '../append/csv/csv-format-error.ts';
import type { CsvMapping } from '../append/csv/csv-mapping.ts';
import { RefusalGroups } from '../append/refusal-groups.ts';
import type { Config, Flags } from '../config.ts';
import { addAuditEntry } from './support/audit-entry.ts';
import { CommandError } from './support/command-error.ts';
import { openEdition } from './support/edition-target.ts';
import { toCommandError, USAGE_EXIT_CODE } from './support/errors.ts';
import {
  gzipError,
  type ImportInput,
  ImportReader,
  openInput,
  parseAliases,
  readMapping,
  requireUnaltered,
} from './support/import-input.ts';
import { type ImportResult, importLines } from './support/import-lines.ts';
import { countsText, refusalGroupsText, refusalText, warningsText } from './support/import-report.ts';
import {
  commandToSend,
  type OpenImportTarget,
  openCheckTarget,
  openImportTarget,
} from './support/import-target.ts';
import { openProgress } from './support/progress.ts';
import { openRefusedFile } from './support/refused-file.ts';
import { addLogOptions, readSettings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals, type StopSignal } from './support/signals.ts';
import { inputError, isSystemError } from './support/system-errors.ts';

interface ImportFlags extends Flags {
  readonly mapping?: string;
  readonly alias?: readonly string[];
  readonly check?: true;
  readonly keepGoing?: true;
  readonly refused?: string;
  readonly update?: true;
  readonly retractMissing?: true;
  readonly allowFuture?: true;
}

export function importCommand(): Command {
  return addLogOptions(new Command('import'))
    .argument(
      '<file>',
      'NDJSON, one event per line, as sent to the API or as exported; or CSV; - reads stdin',
    )
    .option('--mapping <file>', 'the file is CSV, and this says what its columns mean')
    .option('--alias <name=code>', 'a name that stands for a country here; may be repeated', collect)
    .option('--check', 'check everything, record nothing')
    .option('--keep-going', 'continue after a line that is refused')
    .option('--refused <file>', 'write the refused lines to this file, with the reasons')
    .option(
      '--update',
      'correct the rows that changed since they were imported, and list those that are missing',
    )
    .option('--retract-missing', 'with --update, retract the events that are missing')
    .option('--allow-future', 'accept exported events that were recorded later than now')
    .description(
      'Add a file of events to the log. Events already in the log are skipped. gzip is recognised.',
    )
    .action(importFile);
}

function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

async function importFile(file: string, flags: ImportFlags): Promise<void> {
  const { mapping, alias, check, keepGoing, refused, update, retractMissing, allowFuture, ...settings } =
    flags;
  const config = readSettings(settings);
  requireSensible(file, flags);
  const aliases = parseAliases(alias ?? []);
  const input = await openInput(file);
  if (mapping === undefined) await requireUnaltered(input);
  const hint = commandToSend(config, file, mapping);
  const log = await (check === true ? openCheckTarget(config) : openImportTarget(config, hint));
  try {
    await runImport({
      ...{ input, config, log, aliases, refused },
      mapping: mapping === undefined ? undefined : await readMapping(mapping),
      isCheck: check === true,
      keepsGoing: check === true || keepGoing === true,
      updates: update === true,
      retractsMissing: retractMissing === true,
      mayBeInFuture: allowFuture === true,
    });
  } finally {
    input.stream.destroy();
    await log.close();
  }
}

/** @throws CommandError if flags do not go together */
function requireSensible(file: string, flags: ImportFlags): void {
  const { mapping, check, keepGoing, refused, update, retractMissing } = flags;
  const refuse = (detail: string): never => {
    throw new CommandError(detail, USAGE_EXIT_CODE);
  };
  if (refused !== undefined && !(check || keepGoing)) refuse('--refused needs --keep-going or --check');
  if (update && mapping === undefined) refuse('--update needs --mapping, which names the data set');
  if (retractMissing && !update) refuse('--retract-missing needs --update');
  if (mapping === undefined && /\.(csv|tsv)(\.gz)?$/i.test(file)) {
    refuse(`${file} is CSV, so it needs --mapping; see “Import” in the documentation`);
  }
}

interface ImportJob {
  readonly input: ImportInput;
  readonly config: Config;
  readonly log: OpenImportTarget;
  readonly mapping: CsvMapping | undefined;
  readonly aliases: CountryAliases;
  readonly refused: string | undefined;
  readonly isCheck: boolean;
  readonly keepsGoing: boolean;
  readonly updates: boolean;
  readonly retractsMissing: boolean;
  readonly mayBeInFuture: boolean;
}

async function runImport(job: ImportJob): Promise<void> {
  const { input, config, log, mapping, aliases, keepsGoing, mayBeInFuture } = job;
  const refused = job.refused === undefined ? undefined : await openRefusedFile(job.refused, config.dataDir);
  const stop = handleShutdownSignals();
  const progress = openProgress(input.bytes);
  const groups = new RefusalGroups();
  const reader = new ImportReader(input);
  const target = log.target(stop.aborted);
  const edition = mapping !== undefined && job.updates ? openEdition(mapping, log, target) : undefined;
  const lines = reader.lines(mapping, aliases, stop.aborted);
  let result: ImportResult | undefined;
  try {
    result = await importLines(lines, edition?.target ?? target, {
      progress,
      aborted: stop.aborted,
      mayBeInFuture,
      keepsGoing,
      onRefused: async (line) => {
        groups.add(line.line, line.errors);
        await refused?.add(line);
      },
      bytesRead: () => reader.bytesRead,
    });
    progress.stop();
    if (!job.isCheck) auditImport(result, job);
    process.stderr.write(countsText(result, job) + warningsText(result, input.name));
    if (edition !== undefined && result.outcome === 'complete') {
      const retracts = job.retractsMissing && !job.isCheck && result.refused === 0;
      process.stderr.write(await edition.reportMissing(retracts));
    }
    requireComplete(result, groups, job, stop.received());
  } catch (error) {
    progress.stop();
    if (!job.isCheck && result === undefined) addAuditEntry(config, { action: 'import-failed' }, input.name);
    const received = stop.received();
    const expected = importError(error, job);
    if (expected && received) throw new CommandError(`stopped: ${expected.message}`, exitCodeOf(received));
    throw expected ?? error;
  } finally {
    await refused?.close();
  }
}

function auditImport(
  { recorded, repeated, corrected, refused }: ImportResult,
  { config, input, updates }: ImportJob,
): void {
  const counts = { recorded, repeated, ...(updates && { corrected }), refused };
  addAuditEntry(config, { action: 'import', ...counts }, input.name);
}

function importError(error: unknown, { input, config }: ImportJob): CommandError | undefined {
  if (error instanceof CommandError) return error;
  if (error instanceof CsvFormatError)
    return new CommandError(`${input.name}: ${error.message} Nothing was recorded.`);
  const isReadError = isSystemError(error) && error.syscall === 'read';
  return isReadError
    ? inputError(error, input.name)
    : (gzipError(error, input.name) ?? toCommandError(error, config));
}

/** @throws CommandError unless all lines were read, and none was refused */
function requireComplete(
  result: ImportResult,
  groups: RefusalGroups,
  { input: { name }, retractsMissing }: ImportJob,
  received: StopSignal | undefined,
): void {
  if (result.outcome === 'refused') {
    const next = 'All lines before it were recorded. Fix it and run the import again.';
    throw new CommandError(`${refusalText(result.first, name)}\n${next}`);
  }
  if (result.outcome === 'stopped' && received) {
    const message = 'stopped; run the same import again to resume it, nothing is recorded twice';
    throw new CommandError(message, exitCodeOf(received));
  }
  const { refused } = result;
  if (refused === 0) return;
  const unretracted = retractsMissing ? ', so nothing was retracted' : '';
  const lines = refused === 1 ? '1 line was refused' : `${refused} lines were refused`;
  throw new CommandError(`${lines}${unretracted}:\n${refusalGroupsText(groups, name)}`.trimEnd());
}
