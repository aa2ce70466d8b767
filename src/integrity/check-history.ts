import { createPublicKey, type KeyObject } from 'node:crypto';
import type { EventReader, Position } from '../event-store/event-store.ts';
import { type LogCheckpoint, logOrigin, parseCheckpoint } from './checkpoint.ts';
import { leafOf } from './leaf.ts';
import { leafHash, nodeNumber, RootHasher, rootOf } from './merkle-tree.ts';
import { openNote } from './signed-note.ts';
import type { TreeLeaf, TreeStore } from './tree-store.ts';

/** Why a log is not the one that the data folder knows. */
export type HistoryFinding =
  | { readonly kind: 'unreadable-checkpoint' }
  /** There is a checkpoint, but no log. */
  | { readonly kind: 'missing' }
  /** The log has fewer events than it had. */
  | { readonly kind: 'shorter'; readonly known: number; readonly events: number }
  /** The first `events` events of the log are not those that were signed. */
  | { readonly kind: 'rewritten'; readonly events: number };

function describeFinding(finding: HistoryFinding): string {
  switch (finding.kind) {
    case 'unreadable-checkpoint':
      return 'the file checkpoint is not a checkpoint that was signed with the key in log.key';
    case 'missing':
      return 'it is missing, but checkpoints were signed for it';
    case 'shorter':
      return `the log had ${finding.known} events and has ${finding.events} now`;
    case 'rewritten':
      return `the first ${finding.events} events of the log are not those that were recorded`;
  }
}

/** The log is not the one that the checkpoint was signed for. */
export class LogHistoryError extends Error {
  override readonly name = 'LogHistoryError';

  constructor(finding: HistoryFinding, location: string) {
    super(
      `${location} has another history than before: ${describeFinding(finding)}. Nothing was changed. ` +
        'Restore the log from a backup, or start with --accept-log (ACCEPT_LOG=true) to go on with the log as it is.',
    );
  }
}

/** The log and what the data folder knows of it. */
export interface KnownHistory {
  readonly log: Pick<EventReader, 'readAll' | 'readEventAt'>;
  readonly tree: TreeStore;
  /** The last signed checkpoint; undefined if there is none. */
  readonly note: string | undefined;
  /** The private key that signed it. */
  readonly key: KeyObject;
  /** Number of events that the log is known to have had and that were removed. */
  readonly removed: number;
}

/**
 * Checks that the log continues the one that the last checkpoint was signed for. It reads one event if the tree fits
 * both, otherwise the whole log. A tree that does not fit is emptied if the log is right.
 */
export async function checkHistory({
  log,
  tree,
  note,
  key,
  removed,
}: KnownHistory): Promise<HistoryFinding | undefined> {
  const signed = note === undefined ? undefined : openCheckpoint(note, key);
  if (note !== undefined && signed === undefined) return { kind: 'unreadable-checkpoint' };
  const fits = await fitsLog(tree, log, removed);
  if (fits && (signed === undefined || confirms(tree, signed))) return undefined;
  const finding = signed && (await compareWithLog(signed, tree.size, log));
  if (finding === undefined) tree.clear();
  return finding;
}

/** Opens a note that its own text says is signed by the log of its origin. */
export function openCheckpoint(note: string, key: KeyObject): LogCheckpoint | undefined {
  const name = note.split('\n', 1)[0] ?? '';
  const text = openNote(note, { name, publicKey: createPublicKey(key) });
  return text === undefined ? undefined : parseCheckpoint(text);
}

/** True if the event of the last leaf is in the log, unchanged; or else of the last before events that were removed. */
async function fitsLog(tree: TreeStore, log: KnownHistory['log'], removed: number): Promise<boolean> {
  for (let index = tree.size - 1; index >= Math.max(tree.size - 1 - removed, 0); index -= 1) {
    const leaf = leafAt(tree, index);
    if (leaf === undefined) return false;
    const event = await log.readEventAt(leaf.position);
    if (event !== undefined) return leafHash(leafOf(event)).equals(leaf.hash);
  }
  return tree.size <= removed;
}

/** Returns undefined if the tree is damaged there. */
function leafAt(tree: TreeStore, index: number): TreeLeaf | undefined {
  try {
    return { hash: tree.readNode(nodeNumber(0, index)), position: tree.positionAt(index) };
  } catch {
    return undefined;
  }
}

function confirms(tree: TreeStore, { size, root }: LogCheckpoint): boolean {
  try {
    return tree.size >= size && rootOf(size, tree.readNode).equals(root);
  } catch {
    return false;
  }
}

/** @param known number of events in the tree, which may be more than were signed */
async function compareWithLog(
  { origin, size, root }: LogCheckpoint,
  known: number,
  log: KnownHistory['log'],
): Promise<HistoryFinding | undefined> {
  const hasher = new RootHasher();
  let [isSame, first] = [size === 0, undefined as string | undefined];
  for await (const leaf of leafHashes(log)) {
    first ??= logOrigin(leaf);
    hasher.add(leaf);
    if (hasher.size === size) isSame = first === origin && hasher.root().equals(root);
  }
  if (hasher.size < Math.max(size, known)) {
    return { kind: 'shorter', known: Math.max(size, known), events: hasher.size };
  }
  return isSame ? undefined : { kind: 'rewritten', events: size };
}

const PAGE_SIZE = 1_000;

async function* leafHashes(log: KnownHistory['log']): AsyncGenerator<Buffer> {
  let after: Position | undefined;
  while (true) {
    const from = after === undefined ? {} : { after };
    const page = await log.readAll({ direction: 'forwards', maxCount: PAGE_SIZE, ...from });
    for (const event of page) yield leafHash(leafOf(event));
    after = page.at(-1)?.position;
    if (after === undefined) return;
  }
}
