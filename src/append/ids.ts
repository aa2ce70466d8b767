import { createHash, randomBytes } from 'node:crypto';

/**
 * Makes version 7 UUIDs (RFC 9562 §5.7) that grow strictly, also within a millisecond and when the clock steps back:
 * the twelve bits after the time count on from a random start (§6.2, method 1), and when they run out, the time does.
 */
export function createUuidV7(clock: () => Date, randomBytes: (count: number) => Buffer): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const random = randomBytes(10);
    const nowMs = clock().getTime();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = random.readUInt16BE(8) & 0x7ff;
    } else {
      counter += 1;
    }
    if (counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
    return format(lastMs, counter, random);
  };
}

function format(timeMs: number, counter: number, random: Buffer): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(timeMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  random.copy(bytes, 8, 0, 8);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return uuidText(bytes);
}

const SALT_BYTES = 16;

/** Returns 16 random bytes in base64url, which blind a commitment. */
export function newSalt(randomBytes: (count: number) => Buffer): string {
  return randomBytes(SALT_BYTES).toString('base64url');
}

/** Makes the version 5 UUID of a name in a namespace, which is a UUID itself (RFC 9562 §5.5). */
export function uuidV5(namespace: string, name: string): string {
  const space = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(space).update(name).digest().subarray(0, 16);
  bytes.writeUInt8(0x50 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return uuidText(bytes);
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const DRAW_BYTES = 8_192;

/**
 * Cuts random bytes from large draws: a draw of its own costs as much as inserting the event. No byte is given twice.
 * At most 8,192 bytes at once.
 */
export function createRandomPool(draw: (count: number) => Buffer = randomBytes): (count: number) => Buffer {
  let pool: Buffer = Buffer.alloc(0);
  return (count) => {
    if (pool.length < count) pool = draw(DRAW_BYTES);
    const bytes = pool.subarray(0, count);
    pool = pool.subarray(count);
    return bytes;
  };
}
