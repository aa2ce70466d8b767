import { firstContentIdOf } from './timeline-schema.ts';

/** The size and the day range of a timeline. */
export interface TimelineExtent {
  /** Number of entries. */
  readonly entries: number;
  /** The least first day of an entry. */
  readonly earliest: number;
  /** The greatest first day of an entry. */
  readonly lastStart: number;
  /** The greatest last day of an entry. */
  readonly latest: number;
}

/** What one event changed in a timeline. */
export interface TimelineChange extends TimelineExtent {
  readonly ordinal: number;
  /** The ids of the contents that the event added to the timeline. */
  readonly added: readonly number[];
}

/*
 * The changes of a timeline are stored as numbers: ordinal, entries, earliest, last start, latest, how many contents
 * were added, and their ids. The first five are differences to those of the change before; the ids are differences to
 * the first id that contents of the event can have, so most are 0. The first byte of a number has its sign in the
 * lowest bit and six more bits, the further ones have seven bits, from the lowest to the highest. The highest bit of a
 * byte says whether another one follows, as in LEB128.
 */

const START: TimelineChange = { ordinal: 0, entries: 0, earliest: 0, lastStart: 0, latest: 0, added: [] };

/** Set if another byte follows. The other bits of a byte are a digit to this base. */
const HAS_NEXT = 0x80;
/** The base of the first byte, which also has the sign. */
const FIRST_BASE = 0x40;

/** Appends the bytes of a change to those of a row. The first one of a row has no change before it. */
export function pushChange(bytes: number[], change: TimelineChange, before = START): void {
  const firstContent = firstContentIdOf(change.ordinal);
  pushNumber(bytes, change.ordinal - before.ordinal);
  pushNumber(bytes, change.entries - before.entries);
  pushNumber(bytes, change.earliest - before.earliest);
  pushNumber(bytes, change.lastStart - before.lastStart);
  pushNumber(bytes, change.latest - before.latest);
  pushNumber(bytes, change.added.length);
  for (const content of change.added) pushNumber(bytes, content - firstContent);
}

function pushNumber(bytes: number[], number: number): void {
  const magnitude = Math.abs(number);
  const sign = number < 0 ? 1 : 0;
  let rest = Math.floor(magnitude / FIRST_BASE);
  bytes.push(sign | ((magnitude % FIRST_BASE) << 1) | (rest > 0 ? HAS_NEXT : 0));
  while (rest > 0) {
    const low = rest % HAS_NEXT;
    rest = Math.floor(rest / HAS_NEXT);
    bytes.push(low | (rest > 0 ? HAS_NEXT : 0));
  }
}

/**
 * Decodes the changes of a row.
 *
 * @throws RangeError if the row ends within a change
 */
export function decodeChanges(bytes: Uint8Array): readonly TimelineChange[] {
  const changes: TimelineChange[] = [];
  const numbers = new NumberReader(bytes);
  let last = START;
  while (!numbers.isAtEnd()) {
    const ordinal = last.ordinal + numbers.next();
    const firstContent = firstContentIdOf(ordinal);
    const added: number[] = [];
    last = {
      ordinal,
      entries: last.entries + numbers.next(),
      earliest: last.earliest + numbers.next(),
      lastStart: last.lastStart + numbers.next(),
      latest: last.latest + numbers.next(),
      added,
    };
    for (let count = numbers.next(); count > 0; count -= 1) added.push(firstContent + numbers.next());
    changes.push(last);
  }
  return changes;
}

/** Reads the numbers of a row, from the first to the last. */
class NumberReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  isAtEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  next(): number {
    let byte = this.#nextByte();
    const sign = byte & 1 ? -1 : 1;
    let magnitude = (byte & (HAS_NEXT - 1)) >> 1;
    for (let unit = FIRST_BASE; byte >= HAS_NEXT; unit *= HAS_NEXT) {
      byte = this.#nextByte();
      magnitude += (byte & (HAS_NEXT - 1)) * unit;
    }
    return sign * magnitude;
  }

  #nextByte(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) throw new RangeError('The changes of a timeline are cut off');
    this.#offset += 1;
    return byte;
  }
}
