import { createHash } from 'node:crypto';

/*
 * An export ends with a line that has the number of its events and a hash of their lines:
 *
 *     {"end":{"events":2,"sha256":"…"}}
 *
 * The hash is SHA-256, in hex, over the lines before it in their order, each with its line feed. Exports of older
 * versions have no such line. Members that a later version adds to it are ignored.
 */

const TRAILER_START = '{"end":';

export function isTrailer(line: Buffer): boolean {
  return line.subarray(0, TRAILER_START.length).toString('latin1') === TRAILER_START;
}

/** Counts and hashes the lines of an export, to write or to check its last one. */
export class ExportDigest {
  #events = 0;
  #hash = createHash('sha256');

  /** @param line an event, without its line feed */
  add(line: Buffer | string): void {
    this.#events += 1;
    this.#hash.update(line).update('\n');
  }

  /** Returns the last line of the export, without its line feed. Resets the digest. */
  trailer(): string {
    const end = { events: this.#events, sha256: this.#hash.digest('hex') };
    this.#events = 0;
    this.#hash = createHash('sha256');
    return JSON.stringify({ end });
  }

  /**
   * Returns why the lines are not those of the export that ends with this line; undefined if they are. Resets
   * the digest, so that exports can be concatenated.
   */
  defect(line: Buffer): string | undefined {
    const found = endOf(this.trailer());
    const expected = endOf(line.toString('utf8'));
    if (expected?.events === undefined) return 'the last line of the export was altered';
    if (expected.events !== found?.events) {
      return `the export has ${expected.events} events, but there are ${found?.events} before its last line`;
    }
    return expected.sha256 === found.sha256
      ? undefined
      : 'a line of the export was altered, swapped or replaced';
  }
}

interface End {
  readonly events?: unknown;
  readonly sha256?: unknown;
}

function endOf(line: string): End | undefined {
  try {
    return (JSON.parse(line) as { readonly end?: End | null }).end ?? undefined;
  } catch {
    return undefined;
  }
}
