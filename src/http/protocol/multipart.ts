import { on } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable, type Writable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';

/** Thrown for a body that is not as `multipart/form-data` (RFC 7578) has it. */
export class MultipartError extends Error {
  override readonly name = 'MultipartError';
}

/** The parts of a body, read one after another. */
export interface MultipartBody {
  /**
   * Returns the content of the next part; undefined if that has another name, or if there is none. The part before must
   * have been read.
   *
   * @throws MultipartError, as reading the content does
   */
  next(name: string): Promise<AsyncIterable<Buffer> | undefined>;
}

/** @throws MultipartError if the headers do not say how the parts are separated */
export function readMultipart(headers: IncomingHttpHeaders, chunks: AsyncIterable<Buffer>): MultipartBody {
  const parser = createParser(headers);
  const parts = on(parser, 'file', { close: ['finish'] });
  const body = Readable.from(chunks);
  let current: Readable | undefined;
  const fail = (error: Error): void => {
    current?.destroy(error);
    parser.destroy(error);
  };
  parser.on('error', (error: Error) => fail(new MultipartError(error.message)));
  body.on('error', fail).pipe(parser);
  return {
    next: async (name) => {
      const found = (await parts.next().catch((error: Error) => {
        throw new MultipartError(error.message);
      })) as IteratorResult<[string, Readable]>;
      if (found.done === true || found.value[0] !== name) return undefined;
      current = found.value[1];
      return contentOf(current);
    },
  };
}

/** All parts are read as files. */
function createParser(headers: IncomingHttpHeaders): Writable {
  try {
    return new Busboy({ headers: headers as BusboyHeaders, isPartAFile: () => true });
  } catch (error) {
    throw new MultipartError((error as Error).message);
  }
}

async function* contentOf(part: Readable): AsyncGenerator<Buffer> {
  try {
    yield* part as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof Error && /multipart|Part terminated/i.test(error.message)) {
      throw new MultipartError(error.message);
    }
    throw error;
  }
}
