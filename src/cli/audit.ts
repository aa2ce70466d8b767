import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { AUDIT_ACTIONS, type AuditAction, type AuditEntry } from '../audit/audit-entry.ts';
import type { AuditFilter } from '../audit/audit-log.ts';
import { entrySummary, sentEntry } from '../audit/entry-text.ts';
import type { Config, Flags } from '../config.ts';
import { parseInstant } from '../domain/fields/instant.ts';
import { auditPath, inspectAuditLog, SqliteAuditStore } from '../log.ts';
import { CommandError } from './support/command-error.ts';
import { toCommandError, USAGE_EXIT_CODE } from './support/errors.ts';
import { findOutput, outputError, writeOutput } from './support/output.ts';
import { addLogOptions, readSettings } from './support/settings.ts';
import { exitCodeOf, handleShutdownSignals } from './support/signals.ts';

interface AuditFlags extends Flags {
  readonly principal?: string;
  readonly action?: string;
  readonly from?: string;
  readonly to?: string;
  readonly ndjson?: true;
  readonly check?: true;
}

const PAGE_ENTRIES = 1_000;

export function auditCommand(): Command {
  return addLogOptions(new Command('audit'))
    .argument('[file]', 'file to write (default: stdout)')
    .option('--principal <name>', 'only what this key, person or user did')
    .option('--action <action>', `only one of ${AUDIT_ACTIONS.join(', ')}`)
    .option('--from <instant>', 'only what was done at this instant (RFC 3339) or later')
    .option('--to <instant>', 'only what was done before this instant')
    .option('--ndjson', 'write whole entries as NDJSON, with their hashes')
    .option('--check', 'write nothing, and check that no entry was changed or removed')
    .description('Write the audit log, the oldest entry first. A server may be running on it.')
    .action(writeAuditLog);
}

async function writeAuditLog(file: string | undefined, flags: AuditFlags): Promise<void> {
  const { principal, action, from, to, ndjson, check, ...settings } = flags;
  const config = readSettings(settings);
  const filter: AuditFilter = {
    principal,
    action: action === undefined ? undefined : actionOf(action),
    from: from === undefined ? undefined : instantOf('--from', from),
    to: to === undefined ? undefined : instantOf('--to', to),
  };
  if (!existsSync(auditPath(config.dataDir))) {
    throw new CommandError(`the data folder ${config.dataDir} has no audit log`);
  }
  if (check) return checkAuditLog(config);
  const stop = handleShutdownSignals();
  const output = await findOutput(file, config.dataDir);
  const lines = linesOf(config, filter, ndjson ? sentEntry : entrySummary);
  try {
    await writeOutput(output, lines, stop.aborted);
  } catch (error) {
    const received = stop.received();
    if (received) throw new CommandError('stopped before the end', exitCodeOf(received));
    throw outputError(error, output.name) ?? toCommandError(error, config) ?? error;
  }
}

function actionOf(text: string): AuditAction {
  const action = AUDIT_ACTIONS.find((each) => each === text);
  if (action !== undefined) return action;
  throw new CommandError(`--action: expected one of ${AUDIT_ACTIONS.join(', ')}`, USAGE_EXIT_CODE);
}

function instantOf(option: string, text: string): string {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  throw new CommandError(`${option}: expected an instant such as 2026-11-26T08:00:00Z`, USAGE_EXIT_CODE);
}

function checkAuditLog({ dataDir }: Config): void {
  const { entries, hash, findings } = inspectAuditLog(dataDir);
  if (findings.length > 0) throw new CommandError(findings.join('\n'));
  process.stderr.write(`${entries.toLocaleString('en')} entries are in order; the last hash is ${hash}\n`);
}

/** Yields the entries page by page, up to those that are written meanwhile. */
async function* linesOf(
  { dataDir }: Config,
  filter: AuditFilter,
  textOf: (entry: AuditEntry) => string,
): AsyncGenerator<string> {
  const store = new SqliteAuditStore(dataDir, { readOnly: true });
  try {
    let after: number | undefined;
    for (;;) {
      const page = store.read({ ...filter, order: 'asc', limit: PAGE_ENTRIES, after });
      if (page.length > 0) yield page.map((entry) => `${textOf(entry)}\n`).join('');
      if (page.length < PAGE_ENTRIES) return;
      after = page.at(-1)?.number;
    }
  } finally {
    store.close();
  }
}
