import { parseBase64 } from './signed-note.ts';

/** The state of a log at one size: https://c2sp.org/tlog-checkpoint. Signed as a note, its holder can hold us to it. */
export interface LogCheckpoint {
  /** Identifies the log. */
  readonly origin: string;
  /** Number of events. */
  readonly size: number;
  readonly root: Buffer;
}

/** Returns the origin of a log, derived from its first event, so that it is the same for every replica. */
export function logOrigin(firstLeafHash: Buffer): string {
  return `chancery/${firstLeafHash.toString('hex', 0, 8)}`;
}

export function checkpointText({ origin, size, root }: LogCheckpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

const SHA256_BYTES = 32;

/** Parses the text of a checkpoint without its signatures. Lines of extensions are ignored, as C2SP requires. */
export function parseCheckpoint(text: string): LogCheckpoint | undefined {
  const [, origin, size, base64 = ''] = /^(.+)\n(0|[1-9]\d{0,14})\n(.+)\n/.exec(text) ?? [];
  const root = parseBase64(base64);
  if (origin === undefined || root?.length !== SHA256_BYTES) return undefined;
  return { origin, size: Number(size), root };
}
