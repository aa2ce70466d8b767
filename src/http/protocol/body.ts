import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppContext } from './context.ts';
import { bodyTooLarge, bodyTooSlow, type Problem } from './problems.ts';
import type { ReceivedRequest } from './received-request.ts';

export type BodyOutcome =
  | { readonly outcome: 'read'; readonly body: Buffer }
  | { readonly outcome: 'refused'; readonly problem: Problem }
  /** The client has disconnected, so no response can be sent. */
  | { readonly outcome: 'aborted' };

/**
 * Reads a body up to the limit, in limited time, and within the memory for bodies. A body whose length is known is not
 * read until there is memory for all of it, for which it waits as long as it may take to arrive; other ones are refused
 * when there is none left. Bytes beyond that are discarded as they arrive. The memory is free again when the response
 * has been sent.
 */
export function readBody(
  req: ReceivedRequest,
  res: ServerResponse,
  { limits }: Pick<AppContext, 'limits'>,
): Promise<BodyOutcome> {
  const { bodyBytesMax, bodyTimeoutMs } = limits;
  const declaredBytes = Number(req.headers['content-length'] ?? 0);
  if (declaredBytes > bodyBytesMax) {
    req.resume();
    return Promise.resolve({ outcome: 'refused', problem: bodyTooLarge(bodyBytesMax) });
  }
  if (req.destroyed) return Promise.resolve({ outcome: 'aborted' });
  const { bodies } = req.quota;
  const held = bodies.open();
  res.on('close', () => held.release());
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const refuse = (problem: Problem): void => {
      chunks.length = 0;
      held.release();
      req.removeAllListeners('data').resume();
      resolve({ outcome: 'refused', problem });
    };
    let shortage: Problem | undefined;
    const timer = setTimeout(() => {
      endWait?.();
      refuse(shortage ?? bodyTooSlow(bodyTimeoutMs));
    }, bodyTimeoutMs);
    const start = (): Problem | undefined => {
      shortage = held.reserve(declaredBytes);
      if (shortage !== undefined) return shortage;
      timer.refresh();
      req.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > bodyBytesMax) refuse(bodyTooLarge(bodyBytesMax));
        else if (held.add(chunk.byteLength)) chunks.push(chunk);
        else if (held.refusal !== undefined) refuse(held.refusal);
      });
      return undefined;
    };
    const refusal = start();
    const endWait = refusal && bodies.wait(declaredBytes, () => start() === undefined);
    req.on('end', () => resolve({ outcome: 'read', body: concatenate(chunks) }));
    req.on('close', () => {
      clearTimeout(timer);
      endWait?.();
      resolve({ outcome: 'aborted' });
    });
    if (refusal !== undefined && endWait === undefined) refuse(refusal);
  });
}

/** Most bodies arrive in one chunk, which is not copied. */
function concatenate(chunks: readonly Buffer[]): Buffer {
  const [first, ...others] = chunks;
  return first !== undefined && others.length === 0 ? first : Buffer.concat(chunks);
}

export type BodyFormat = 'json' | 'ndjson' | 'csv' | 'cloudevent' | 'cloudevents-batch';

export type BodyFormatOutcome =
  | { readonly outcome: 'supported'; readonly format: BodyFormat; readonly isCompressed: boolean }
  | { readonly outcome: 'unsupported'; readonly detail: string };

/** Media type of a form that a browser sends. */
export const FORM_TYPE = 'application/x-www-form-urlencoded';

const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['multipart/form-data', 'csv'],
  ['application/cloudevents+json', 'cloudevent'],
  ['application/cloudevents-batch+json', 'cloudevents-batch'],
]);

/**
 * Reads the format of a body from `Content-Type` and `Content-Encoding` (RFC 9110 §8.3, §8.4). JSON is UTF-8, so any
 * other charset is refused.
 */
export function bodyFormatOf(req: IncomingMessage): BodyFormatOutcome {
  const { 'content-type': type = '', 'content-encoding': sent = 'identity' } = req.headers;
  const encoding = sent.toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    return { outcome: 'unsupported', detail: 'Send the body as it is, or compressed with gzip.' };
  }
  const format = FORMATS.get(type) ?? FORMATS.get(utf8MediaType(type) ?? '');
  if (format !== undefined) return { outcome: 'supported', format, isCompressed: encoding === 'gzip' };
  const types = [...FORMATS.keys()];
  return {
    outcome: 'unsupported',
    detail: `Send ${types.slice(0, -1).join(', ')} or ${types.at(-1)}, in UTF-8.`,
  };
}

/** Returns the media type in lower case without its parameters; undefined if a charset other than UTF-8 is given. */
export function utf8MediaType(type: string): string | undefined {
  const [essence = '', ...parameters] = type
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const isUtf8 = parameters.every(
    (part) => !part.startsWith('charset=') || /^charset="?utf-?8"?$/.test(part),
  );
  return isUtf8 ? essence : undefined;
}
