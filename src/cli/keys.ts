import { Command, Option } from 'commander';
import type { AccessKey, AccessStore, KeyRole } from '../access/access-store.ts';
import { createKey, isInForce, KEY_ROLES, nameTrouble, SCOPE_PREFIX } from '../access/keys.ts';
import type { Config, Flags } from '../config.ts';
import { openKeys } from '../log.ts';
import { addAuditEntry } from './support/audit-entry.ts';
import { CommandError } from './support/command-error.ts';
import { toCommandError, USAGE_EXIT_CODE } from './support/errors.ts';
import { readSettings } from './support/settings.ts';

export function keysCommand(): Command {
  return new Command('keys')
    .description('Make, list and revoke keys. A running server notices changes within a second.')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

function subcommand(name: string): Command {
  return new Command(name).option(
    '--data-dir <folder>',
    'folder with the keys (env DATA_DIR, default ./data)',
  );
}

function createCommand(): Command {
  return subcommand('create')
    .argument('<name>', 'who uses the key: the actor of the events that are added with it')
    .addOption(new Option('--role <role>', 'what the key may do').choices(KEY_ROLES).makeOptionMandatory())
    .option('--scope <prefix>', 'streams that it may add to, such as mou-; may be repeated', collect)
    .option(
      '--expires <date>',
      'when it ends: a day such as 2027-01-31, or an instant such as 2027-01-31T12:00:00Z',
    )
    .description(
      'Make a key and print it. It cannot be shown again. From the first key on, every request needs one.',
    )
    .action(create);
}

function listCommand(): Command {
  return subcommand('list').description('List the keys, without their secrets.').action(list);
}

function revokeCommand(): Command {
  return subcommand('revoke')
    .argument('<key>', 'id of a key, or a name; all keys with the name are revoked')
    .description('Revoke keys permanently, with their sessions and feed URLs.')
    .action(revoke);
}

function collect(value: string, others: readonly string[] = []): readonly string[] {
  return [...others, value];
}

interface CreateFlags extends Flags {
  readonly role: KeyRole;
  readonly scope?: readonly string[];
  readonly expires?: string;
}

function create(name: string, { role, scope, expires, ...flags }: CreateFlags): void {
  const trouble = nameTrouble(name);
  if (trouble !== undefined) throw usageError(`${JSON.stringify(name)}: ${trouble}`);
  const request = {
    name,
    role,
    scope: scopeOf(scope),
    expiresMs: expires === undefined ? undefined : instantOf(expires),
  };
  withKeys(flags, (store, config) => {
    const { key, secret } = createKey(request, Date.now());
    store.addKey(key);
    addAuditEntry(config, { action: 'key-created', role }, keyTarget(key));
    process.stderr.write(`made the key ${key.id} of ${name}. Copy it now: it cannot be shown again.\n`);
    process.stdout.write(`${secret}\n`);
  });
}

function scopeOf(prefixes: readonly string[] = ['']): readonly string[] {
  const wrong = prefixes.find((prefix) => prefix !== '' && !SCOPE_PREFIX.test(prefix));
  if (wrong === undefined) return prefixes;
  throw usageError(
    `--scope=${JSON.stringify(wrong)}: expected the beginning of a name of a stream, such as mou-`,
  );
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** A key is in force before a day, not on it. */
function instantOf(text: string): number {
  const ms = DAY.test(text) || INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (ms > Date.now()) return ms;
  throw usageError(`--expires=${JSON.stringify(text)}: expected a day or an instant in the future`);
}

function list(flags: Flags): void {
  withKeys(flags, (store) => {
    const rows = [['ID', 'NAME', 'ROLE', 'STREAMS', 'STATE', 'LAST USED'], ...store.keys().map(rowOf)];
    const widths =
      rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
    for (const row of rows) {
      const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
      process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
    }
  });
}

function rowOf(key: AccessKey): readonly string[] {
  const { id, name, role, scope, lastUsedMs } = key;
  const streams = scope.includes('') ? 'all' : scope.join(' ');
  return [id, name, role, streams, stateOf(key), lastUsedMs === undefined ? 'never' : timeOf(lastUsedMs)];
}

function stateOf(key: AccessKey): string {
  const { expiresMs, revokedMs } = key;
  if (revokedMs !== undefined) return `revoked ${timeOf(revokedMs)}`;
  if (!isInForce(key, Date.now())) return 'expired';
  return expiresMs === undefined ? 'in force' : `until ${timeOf(expiresMs)}`;
}

function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function revoke(idOrName: string, flags: Flags): void {
  withKeys(flags, (store, config) => {
    const meant = store.keys().filter(({ id, name }) => id === idOrName || name === idOrName);
    const revoked = meant.filter(({ id }) => store.revokeKey(id, Date.now()));
    if (meant.length === 0) throw new CommandError(`there is no key ${JSON.stringify(idOrName)}`);
    for (const key of revoked) {
      addAuditEntry(config, { action: 'key-revoked' }, keyTarget(key));
      process.stderr.write(`revoked the key ${key.id} of ${key.name}\n`);
    }
    if (revoked.length === 0) process.stderr.write('it was revoked before\n');
  });
}

/** What the audit log calls a key. */
function keyTarget({ id, name }: AccessKey): string {
  return `${name} (${id})`;
}

function withKeys(flags: Flags, work: (store: AccessStore, config: Config) => void): void {
  const config = readSettings(flags);
  const store = openStore(config);
  try {
    work(store, config);
  } finally {
    store.close();
  }
}

function openStore(config: Config): AccessStore {
  try {
    return openKeys(config);
  } catch (error) {
    throw toCommandError(error, config) ?? error;
  }
}

function usageError(message: string): CommandError {
  return new CommandError(message, USAGE_EXIT_CODE);
}
