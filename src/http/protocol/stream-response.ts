import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AppContext } from './context.ts';
import type { Request, Response } from './handler.ts';
import { beginStream } from './response.ts';

/**
 * Sends a response of unknown length. The next text is taken when the client has read the ones before, so that a slow
 * client costs no memory. Ends early if the client disconnects or the server stops: the client then sees a response
 * that is cut off.
 */
export async function sendStream(
  { stopping }: Pick<AppContext, 'stopping'>,
  req: Request<unknown>,
  res: Response,
  contentType: string,
  texts: AsyncIterable<string>,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  beginStream(res, contentType, headers);
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  try {
    await pipeline(Readable.from(texts, { highWaterMark: 1 }), res, { signal: stopping });
  } catch (error) {
    const isCut = stopping.aborted || (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!isCut) throw error;
  }
}
