import { existsSync, readFileSync } from 'node:fs';

/*
 * SQLite drops everything in a WAL from the first frame with a wrong checksum on, without a word: that is how it
 * recognises a transaction that a crash cut off. Only the last transaction can be cut off, as each is synced before the
 * next begins. https://sqlite.org/fileformat2.html, section 4.
 */

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Checksums of a WAL with this number are of little-endian words, otherwise of big-endian ones. */
const LITTLE_ENDIAN_MAGIC = 0x377f0682;

/** Returns what is wrong in a WAL; undefined if it is in order, or there is none. */
export function walProblem(path: string): string | undefined {
  const wal = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  if (wal.length < HEADER_BYTES) return undefined;
  const frameBytes = FRAME_HEADER_BYTES + wal.readUInt32BE(8);
  const frames = Math.floor((wal.length - HEADER_BYTES) / frameBytes);
  const frameAt = (index: number) =>
    wal.subarray(HEADER_BYTES + index * frameBytes, HEADER_BYTES + (index + 1) * frameBytes);
  const valid = countValidFrames(wal, frames, frameAt);
  let lost = 0;
  for (let index = valid; index < frames; index += 1) if (isCommitOf(wal, frameAt(index))) lost += 1;
  if (lost < 2) return undefined;
  return `frame ${valid + 1} of ${frames} is damaged, so SQLite drops ${lost} transactions`;
}

/** The last frame of a transaction has the size of the database. Frames of an earlier use have other salts. */
function isCommitOf(wal: Buffer, frame: Buffer): boolean {
  return frame.readUInt32BE(4) !== 0 && frame.subarray(8, 16).equals(wal.subarray(16, 24));
}

function countValidFrames(wal: Buffer, frames: number, frameAt: (index: number) => Buffer): number {
  const isLittleEndian = wal.readUInt32BE(0) === LITTLE_ENDIAN_MAGIC;
  let sum: Checksum = addToChecksum([0, 0], wal.subarray(0, 24), isLittleEndian);
  if (!isChecksum(wal, 24, sum)) return 0;
  for (let index = 0; index < frames; index += 1) {
    const frame = frameAt(index);
    sum = addToChecksum(sum, frame.subarray(0, 8), isLittleEndian);
    sum = addToChecksum(sum, frame.subarray(FRAME_HEADER_BYTES), isLittleEndian);
    if (!frame.subarray(8, 16).equals(wal.subarray(16, 24)) || !isChecksum(frame, 16, sum)) return index;
  }
  return frames;
}

type Checksum = readonly [first: number, second: number];

function isChecksum(bytes: Buffer, offset: number, [first, second]: Checksum): boolean {
  return bytes.readUInt32BE(offset) === first && bytes.readUInt32BE(offset + 4) === second;
}

function addToChecksum([start, next]: Checksum, bytes: Buffer, isLittleEndian: boolean): Checksum {
  let [first, second] = [start, next];
  for (let offset = 0; offset < bytes.length; offset += 8) {
    const word = isLittleEndian ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
    const other = isLittleEndian ? bytes.readUInt32LE(offset + 4) : bytes.readUInt32BE(offset + 4);
    first = (first + word + second) >>> 0;
    second = (second + other + first) >>> 0;
  }
  return [first, second];
}
