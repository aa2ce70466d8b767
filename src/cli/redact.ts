import { Command } from 'commander';
import type { Flags } from '../config.ts';
import { REDACTION_GROUNDS } from '../domain/event-types/redaction.ts';
import { type DraftOutcome, scopeOf } from '../redaction/redactions.ts';
import { type OfflineRedactions, openOfflineRedactions } from '../redactions.ts';
import { addAuditEntry } from './support/audit-entry.ts';
import { CommandError } from './support/command-error.ts';
import { toCommandError, USAGE_EXIT_CODE } from './support/errors.ts';
import { addLogOptions, readSettings } from './support/settings.ts';

/** The actor of removals on a stopped server. */
const OPERATOR = 'operator';

interface RedactFlags extends Flags {
  readonly ground: string;
  readonly basis: string;
  readonly statement?: string;
  readonly yes?: boolean;
}

export function redactCommand(): Command {
  return addLogOptions(new Command('redact'))
    .argument('<event>', 'id of the event')
    .requiredOption('--ground <ground>', Object.keys(REDACTION_GROUNDS).join(', '))
    .requiredOption('--basis <text>', 'the order or request; everybody can read it')
    .option('--statement <key>', 'remove only this statement of the event')
    .option('--yes', 'remove it; without this, only what would be removed is shown')
    .description('Remove content by law from a data folder that no server has open. It cannot be undone.')
    .action(redact);
}

async function redact(
  event: string,
  { ground, basis, statement, yes, ...flags }: RedactFlags,
): Promise<void> {
  const config = readSettings(flags);
  if (config.eventStore !== undefined) {
    throw new CommandError(
      'the log is at EVENTSTORE_URL, which never rewrites an event: copy the log into a folder, ' +
        'remove the content there, and copy it back under another prefix',
    );
  }
  try {
    const offline = await openOfflineRedactions(config, () => {});
    try {
      await offline.redactions.start();
      const input = { event, ground, basis, ...(statement !== undefined && { statement }) };
      await redactIn(offline, input, yes === true);
      if (yes === true) addAuditEntry(config, { action: 'redaction-confirmed' }, `/events/${event}`);
    } finally {
      await offline.close();
    }
  } catch (error) {
    throw toCommandError(error, config) ?? error;
  }
}

async function redactIn(
  { redactions, readRecord }: OfflineRedactions,
  input: object,
  isConfirmed: boolean,
): Promise<void> {
  const drafted = await redactions.draft(input, OPERATOR);
  if (drafted.outcome !== 'drafted') throw refusal(drafted);
  const { request } = drafted;
  const scope = scopeOf(await readRecord(request.stream), request);
  const line = ({ type, id }: { readonly type: string; readonly id: string }): string => `  ${type} ${id}\n`;
  const covers = scope?.covers.map(line).join('') ?? '';
  const others = scope?.others.map(line).join('') ?? '';
  const stays = others === '' ? '' : `Not from these of the record; read whether they repeat it:\n${others}`;
  if (!isConfirmed) {
    process.stderr.write(`Content would be removed from:\n${covers}${stays}With --yes it is removed.\n`);
    return;
  }
  redactions.add(request);
  const confirmed = await redactions.confirmAsOperator(request.id);
  if (confirmed.outcome !== 'settled') throw new CommandError(`nothing was removed: ${confirmed.outcome}`);
  await redactions.settled();
  process.stderr.write(
    `Content was removed from:\n${covers}${stays}Timelines are rebuilt at the next start.\n`,
  );
}

type Refused = Exclude<DraftOutcome, { outcome: 'drafted' }>;

const REFUSALS: Readonly<Record<Exclude<Refused['outcome'], 'invalid'>, string>> = {
  'unknown-event': 'the log has no event with this id',
  'unknown-statement': 'neither the event nor a correction of it has this statement',
  'wrong-target': 'this event says what was removed, and stays',
  'already-redacted': 'its content was removed before',
  unsupported: 'this log cannot be rewritten',
};

function refusal(refused: Refused): CommandError {
  if (refused.outcome !== 'invalid') return new CommandError(REFUSALS[refused.outcome], USAGE_EXIT_CODE);
  const lines = refused.errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`);
  return new CommandError(lines.join('\n'), USAGE_EXIT_CODE);
}
