import { pipeline, Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';

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

/** Events repeat each other, and shrink to a tenth or less. What shrinks far more was made to waste time or memory. */
const EXPANSION_MAX = 200;
const UNCHECKED_BYTES = 1 << 20;

/** @throws GzipError */
export async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decompressor = createGunzip();
  const decompressed = pipeline(Readable.from(chunks), decompressor, () => {});
  let bytes = 0;
  try {
    for await (const chunk of decompressed as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > UNCHECKED_BYTES + EXPANSION_MAX * decompressor.bytesWritten) {
        throw new GzipError(`it expands more than ${EXPANSION_MAX}-fold`);
      }
      yield chunk;
    }
  } catch (error) {
    throw gzipErrorOf(error);
  }
}

/**
 * Decompresses a small body at once. Returns undefined if it would have more bytes than allowed.
 *
 * @throws GzipError
 */
export function gunzipAtMost(bytes: Buffer, bytesMax: number): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: bytesMax });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw gzipErrorOf(error);
  }
}

function gzipErrorOf(error: unknown): unknown {
  const { code = '' } = error as { code?: string };
  if (!code.startsWith('Z_')) return error;
  return new GzipError(code === 'Z_BUF_ERROR' ? 'its end is missing' : 'it is damaged');
}
