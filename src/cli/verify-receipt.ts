import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { verifyReceipt } from '../integrity/receipt.ts';
import { type NoteVerifier, parseVerifier } from '../integrity/signed-note.ts';
import { CommandError } from './support/command-error.ts';
import { USAGE_EXIT_CODE } from './support/errors.ts';
import { inputError } from './support/system-errors.ts';

/** The leaf of a verified receipt, as far as it is shown. */
interface ShownLeaf {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
}

export function verifyReceiptCommand(): Command {
  return new Command('verify-receipt')
    .argument('<file>', 'receipt, as GET /events/{id}/receipt gives it')
    .requiredOption('--key <public key>', 'public key of the log, as GET /log/key gives it')
    .description('Verify that an event is in a log. It needs neither the log nor a server.')
    .action(verify);
}

async function verify(file: string, { key }: { readonly key: string }): Promise<void> {
  const result = verifyReceipt(await readReceipt(file), verifierOf(key));
  if (result.outcome === 'invalid') throw new CommandError(`${file} is not valid: ${result.reason}`);
  const { checkpoint, index, leaf, content } = result;
  const { id, type, stream, revision, recordedAt } = JSON.parse(leaf) as ShownLeaf;
  process.stdout.write(
    `valid: ${type} ${id} (revision ${revision} of ${stream}), recorded at ${recordedAt}, is event ${index + 1} of ` +
      `the ${checkpoint.size} events of ${checkpoint.origin}, ${describeContent(content)}\n`,
  );
}

function describeContent(content: string | undefined): string {
  return content === undefined ? 'with content that was removed by law' : `with this content:\n${content}`;
}

function verifierOf(key: string): NoteVerifier {
  const verifier = parseVerifier(key.trim());
  if (verifier === undefined) {
    throw new CommandError('--key: expected a public key, as GET /log/key gives it', USAGE_EXIT_CODE);
  }
  return verifier;
}

async function readReceipt(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw inputError(error, file) ?? error;
  }
}
