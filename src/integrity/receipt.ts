import { type LogCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { commitmentTo, type HashedEvent, leafOf } from './leaf.ts';
import { leafHash, rootOfProof } from './merkle-tree.ts';
import { type NoteVerifier, openNote, parseBase64 } from './signed-note.ts';

/*
 * A receipt proves, without the server, that an event is in the log: https://c2sp.org/tlog-proof. The extra data is
 * what the proof is about: `{leaf, salt, content}`, each member as the exact text that is hashed. If content was
 * removed by law, it is `{leaf}`, which proves the envelope.
 */

const HEADER = 'c2sp.org/tlog-proof@v1';

export function formatReceipt(
  event: HashedEvent,
  index: number,
  proof: readonly Buffer[],
  checkpoint: string,
): string {
  const { salt, content, commitment } = event;
  const proven = { leaf: leafOf(event), ...(commitment === undefined && { salt, content }) };
  const extra = Buffer.from(JSON.stringify(proven)).toString('base64');
  const hashes = proof.map((hash) => `${hash.toString('base64')}\n`).join('');
  return `${HEADER}\nextra ${extra}\nindex ${index}\n${hashes}\n${checkpoint}`;
}

export type ReceiptOutcome =
  | {
      readonly outcome: 'valid';
      readonly checkpoint: LogCheckpoint;
      readonly index: number;
      /** As JSON. */
      readonly leaf: string;
      /** As JSON. Undefined if content was removed before the receipt was made. */
      readonly content: string | undefined;
    }
  /** `reason` continues “The receipt is not valid:”. */
  | { readonly outcome: 'invalid'; readonly reason: string };

/** Verifies a receipt. It needs nothing but the public key of the log. */
export function verifyReceipt(receipt: string, verifier: NoteVerifier): ReceiptOutcome {
  const parsed = parseReceipt(receipt);
  if (parsed === undefined) return invalid('it is not a receipt of Chancery');
  const { leaf, salt, content, index, proof, note } = parsed;
  const text = openNote(note, verifier);
  if (text === undefined) return invalid(`its checkpoint is not signed with the key of ${verifier.name}`);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint?.origin !== verifier.name) return invalid('its checkpoint is from another log');
  const root = rootOfProof({ hash: leafHash(leaf), index }, checkpoint.size, proof);
  if (root?.equals(checkpoint.root) !== true) return invalid('its event is not in the log of its checkpoint');
  if (salt !== undefined && content !== undefined && committedBy(leaf) !== commitmentTo({ salt, content })) {
    return invalid('its content is not the one that was recorded');
  }
  return { outcome: 'valid', checkpoint, index, leaf, content };
}

function invalid(reason: string): ReceiptOutcome {
  return { outcome: 'invalid', reason };
}

/** The leaf is proven to be ours when this is called, so it is the JSON that `leafOf` makes. */
function committedBy(leaf: string): string {
  return (JSON.parse(leaf) as { readonly commitment: string }).commitment;
}

const RECEIPT = /^c2sp\.org\/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9]\d{0,14})\n((?:\S+\n)*)\n(.*)$/s;

function parseReceipt(receipt: string) {
  const [, base64 = '', index, hashes = '', note = ''] = RECEIPT.exec(receipt) ?? [];
  const extra = parseExtra(base64);
  if (index === undefined || extra === undefined) return undefined;
  const lines = hashes.split('\n').slice(0, -1);
  const proof = lines.flatMap((line) => parseBase64(line) ?? []);
  if (proof.length < lines.length) return undefined;
  return { ...extra, index: Number(index), proof, note };
}

interface Extra {
  readonly leaf: string;
  /** Both, or none of them, are present. */
  readonly salt: string | undefined;
  readonly content: string | undefined;
}

function parseExtra(base64: string): Extra | undefined {
  try {
    const { leaf, salt, content } = JSON.parse(parseBase64(base64)?.toString() ?? '') as Partial<Extra>;
    const isWhole = typeof salt === 'string' && typeof content === 'string';
    const hasNoContent = salt === undefined && content === undefined;
    if (typeof leaf !== 'string' || !(isWhole || hasNoContent)) return undefined;
    return { leaf, salt, content };
  } catch {
    return undefined;
  }
}
