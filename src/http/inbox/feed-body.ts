import { decodeFeed } from '../../inbox/feed-text.ts';
import { readBody } from '../protocol/body.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { MultipartError, readMultipart } from '../protocol/multipart.ts';
import type { Problem } from '../protocol/problems.ts';

/** Media type of a form with a file that a browser sends. */
export const UPLOAD_TYPE = 'multipart/form-data';

export const FEED_TYPES = [
  'application/rss+xml',
  'application/atom+xml',
  'application/rdf+xml',
  'application/feed+json',
  'application/xml',
  'text/xml',
  'application/json',
] as const;

export type FeedBodyOutcome =
  | { readonly outcome: 'read'; readonly text: string }
  | { readonly outcome: 'refused'; readonly problem: Problem }
  | { readonly outcome: 'aborted' };

/**
 * Reads the text of a feed: the body, or the part `file` of a form.
 *
 * @throws FeedError if the bytes do not have the encoding that they are said to have
 * @throws MultipartError
 */
export async function readFeedBody(
  context: AppContext,
  req: Request,
  res: Response,
): Promise<FeedBodyOutcome> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = req.headers;
  const essence = mediaTypeOf(req);
  const isKnown = essence === UPLOAD_TYPE || FEED_TYPES.some((known) => known === essence);
  if (!isKnown || encoding !== 'identity') {
    const detail = `Send ${FEED_TYPES.join(', ')} or ${UPLOAD_TYPE}, not compressed.`;
    return { outcome: 'refused', problem: { code: 'unsupported-media-type', detail } };
  }
  const read = await readBody(req, res, context);
  if (read.outcome !== 'read') return read;
  if (essence === UPLOAD_TYPE) {
    return { outcome: 'read', text: decodeFeed(await fileIn(req, read.body), undefined) };
  }
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1];
  return { outcome: 'read', text: decodeFeed(read.body, charset) };
}

export function mediaTypeOf({ headers }: Request): string {
  const [essence = ''] = (headers['content-type'] ?? '').split(';');
  return essence.trim().toLowerCase();
}

async function fileIn({ headers }: Request, body: Buffer): Promise<Buffer> {
  const file = await readMultipart(headers, inOnePiece(body)).next('file');
  if (file === undefined) throw new MultipartError('the first part must be file');
  const chunks: Buffer[] = [];
  for await (const chunk of file) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* inOnePiece(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}
