import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** Thrown for compressed data that is damaged, incomplete, or expands beyond any use. */
export class GzipError extends Error {
  override readonly name = 'GzipError';
}

/** Decompresses gzip (RFC 1952), which is recognised by its first two bytes. Other data is passed on. */
export async function* gunzipIfNeeded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.byteLength < GZIP_MAGIC.byteLength) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = withHead(head, { [Symbol.asyncIterator]: () => iterator });
  yield* head.subarray(0, GZIP_MAGIC.byteLength).equals(GZIP_MAGIC) ? gunzip(whole) : whole;
}

async function* withHead(head: Buffer, others: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* others;
}

/** @throws GzipError */
async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decompressed = pipeline(Readable.from(chunks), createGunzip(), () => {});
  try {
    yield* decompressed as AsyncIterable<Buffer>;
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (!code.startsWith('Z_')) throw error;
    throw new GzipError(code === 'Z_BUF_ERROR' ? 'its end is missing' : 'it is damaged');
  }
}
