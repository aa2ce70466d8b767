import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { type Database, pageBytesOf } from './driver.ts';

/*
 * SQLite drops everything in a WAL from the first frame with a wrong checksum on, without a word: that is how it
 * recognises a transaction that a crash cut off. Only the last transaction can be cut off, as each is synced before the
 * next begins. https://sqlite.org/fileformat2.html, section 4.
 */

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Checksums of a WAL with this number are of little-endian words, otherwise of big-endian ones. */
const LITTLE_ENDIAN_MAGIC = 0x377f0682;

/** A thread checkpoints a WAL of which so much is in use, so that writers need not wait (`WalCheckpointer`). */
export const WAL_BYTES_DUE = 32 << 20;
/** A writer checkpoints a WAL of this size itself: the thread has not done it in time, or there is none. */
const WAL_BYTES_MAX = 64 << 20;

/** Sets when the connection checkpoints the WAL itself, and that a WAL that has grown is cut when it is begun again. */
export function limitWal(database: Database): void {
  database.exec(`PRAGMA wal_autocheckpoint = ${WAL_BYTES_MAX / pageBytesOf(database)}`);
  database.exec(`PRAGMA journal_size_limit = ${WAL_BYTES_DUE}`);
}

/**
 * Returns how many bytes of a WAL are in use; 0 if there is none. The file does not shrink when a writer begins it
 * again. It is safe to open it, as SQLite holds no locks on it.
 */
export function walBytesInUse(path: string): number {
  if (!existsSync(path)) return 0;
  const file = openSync(path, 'r');
  try {
    const read = (position: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      readSync(file, bytes, 0, length, position);
      return bytes;
    };
    const header = read(0, HEADER_BYTES);
    const frameBytes = frameBytesOf(header);
    const isInUse = (frame: number): boolean =>
      hasSaltsOf(header, read(HEADER_BYTES + frame * frameBytes, FRAME_HEADER_BYTES));
    let [used, unused] = [0, Math.floor((fstatSync(file).size - HEADER_BYTES) / frameBytes) + 1];
    while (unused - used > 1) {
      const middle = Math.floor((used + unused) / 2);
      if (isInUse(middle - 1)) used = middle;
      else unused = middle;
    }
    return used * frameBytes;
  } finally {
    closeSync(file);
  }
}

/** Returns what is wrong in a WAL; undefined if it is in order, or there is none. */
export function walProblem(path: string): string | undefined {
  const wal = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  if (wal.length < HEADER_BYTES) return undefined;
  const frameBytes = frameBytesOf(wal);
  const frames = Math.floor((wal.length - HEADER_BYTES) / frameBytes);
  const frameAt = (index: number) =>
    wal.subarray(HEADER_BYTES + index * frameBytes, HEADER_BYTES + (index + 1) * frameBytes);
  const valid = countValidFrames(wal, frames, frameAt);
  let lost = 0;
  for (let index = valid; index < frames; index += 1) if (isCommitOf(wal, frameAt(index))) lost += 1;
  if (lost < 2) return undefined;
  return `frame ${valid + 1} of ${frames} is damaged, so SQLite drops ${lost} transactions`;
}

function frameBytesOf(wal: Buffer): number {
  return FRAME_HEADER_BYTES + wal.readUInt32BE(8);
}

/** Frames of an earlier use of the file have other salts: they change when the WAL is begun again. */
function hasSaltsOf(wal: Buffer, frame: Buffer): boolean {
  return frame.subarray(8, 16).equals(wal.subarray(16, 24));
}

/** The last frame of a transaction has the size of the database. */
function isCommitOf(wal: Buffer, frame: Buffer): boolean {
  return frame.readUInt32BE(4) !== 0 && hasSaltsOf(wal, frame);
}

function countValidFrames(wal: Buffer, frames: number, frameAt: (index: number) => Buffer): number {
  const isLittleEndian = wal.readUInt32BE(0) === LITTLE_ENDIAN_MAGIC;
  let sum: Checksum = addToChecksum([0, 0], wal.subarray(0, 24), isLittleEndian);
  if (!isChecksum(wal, 24, sum)) return 0;
  for (let index = 0; index < frames; index += 1) {
    const frame = frameAt(index);
    sum = addToChecksum(sum, frame.subarray(0, 8), isLittleEndian);
    sum = addToChecksum(sum, frame.subarray(FRAME_HEADER_BYTES), isLittleEndian);
    if (!hasSaltsOf(wal, frame) || !isChecksum(frame, 16, sum)) return index;
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
