import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import Negotiator from 'negotiator';
import { writeHead } from './private-response.ts';

/** Content codings of responses (RFC 9110 §8.4.1), the one that compresses better first. */
const CODINGS = ['br', 'gzip'] as const;
type Coding = (typeof CODINGS)[number];

/** A smaller body fits into one packet. */
const BYTES_MIN = 1_400;

/** Levels that take less than a millisecond for a page; higher ones save few bytes more. */
const COMPRESS: Readonly<Record<Coding, (body: Buffer) => Buffer>> = {
  br: (body) =>
    brotliCompressSync(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 3,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength,
      },
    }),
  gzip: (body) => gzipSync(body, { level: 1 }),
};

/** Compressed bodies. A body that is kept, such as a page in a cache, is compressed once. */
const compressedBodies = new WeakMap<Buffer, Partial<Record<Coding, Buffer>>>();

/**
 * Sends a whole body in a content coding that the client accepts. Its entity tag names the coding, because a strong
 * tag fits one sequence of bytes (§8.8.3.3). Responses to other methods than GET and HEAD are not compressed: their tag
 * is that of another representation.
 */
export function sendBody(
  res: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer,
): void {
  const byteLength = Buffer.byteLength(body);
  const isCodable = status === 200 && isRead(res.req);
  const coding = isCodable && byteLength >= BYTES_MIN ? codingOf(res.req) : undefined;
  const sent = coding === undefined ? body : compressed(body, coding);
  writeHead(res, status, {
    ...headers,
    ...(isCodable && { Vary: varyingByCoding(res, headers) }),
    ...(coding !== undefined && { 'Content-Encoding': coding, ...codedTag(headers, coding) }),
    'Content-Length': sent === body ? byteLength : sent.length,
  });
  res.end(sent);
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Returns the first coding that the client accepts (§12.5.3), whichever of them it likes more. */
function codingOf(req: IncomingMessage): Coding | undefined {
  if (req.headers['accept-encoding'] === undefined) return undefined;
  const accepted = new Negotiator(req).encodings([...CODINGS]);
  return CODINGS.find((coding) => accepted.includes(coding));
}

function compressed(body: string | Buffer, coding: Coding): Buffer {
  if (typeof body === 'string') return COMPRESS[coding](Buffer.from(body));
  const kept = compressedBodies.get(body) ?? {};
  const found = kept[coding] ?? COMPRESS[coding](body);
  compressedBodies.set(body, { ...kept, [coding]: found });
  return found;
}

/** Returns the field `Vary` with `Accept-Encoding`. */
export function varyingByCoding(res: ServerResponse, headers: OutgoingHttpHeaders): string {
  const others = headers.Vary ?? res.getHeader('Vary');
  return others === undefined ? 'Accept-Encoding' : `${others}, Accept-Encoding`;
}

function codedTag({ ETag: etag }: OutgoingHttpHeaders, coding: Coding): OutgoingHttpHeaders {
  return typeof etag === 'string' ? { ETag: `${etag.slice(0, -1)};${coding}"` } : {};
}

/** Returns the entity tag of the same content without a content coding. Includes the quotes. */
export function uncodedTag(opaque: string): string {
  return opaque.replace(/;(?:br|gzip)"$/, '"');
}
