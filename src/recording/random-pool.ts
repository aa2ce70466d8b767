import { randomBytes } from 'node:crypto';

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
