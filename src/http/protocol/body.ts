import type { IncomingMessage } from 'node:http';

export type BodyOutcome =
  | { readonly outcome: 'read'; readonly body: Buffer }
  | { readonly outcome: 'too-large' }
  /** The client is gone; there is nobody to answer. */
  | { readonly outcome: 'aborted' };

/** Collects a body up to a limit. What comes beyond it is thrown away as it arrives. */
export function readBody(req: IncomingMessage, bytesMax: number): Promise<BodyOutcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    if (Number(req.headers['content-length'] ?? 0) > bytesMax) {
      req.resume();
      resolve({ outcome: 'too-large' });
      return;
    }
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) {
        chunks.length = 0;
        resolve({ outcome: 'too-large' });
      } else {
        chunks.push(chunk);
      }
    });
    req.on('end', () => resolve({ outcome: 'read', body: joined(chunks) }));
    req.on('close', () => resolve({ outcome: 'aborted' }));
  });
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first, ...others] = chunks;
  return first !== undefined && others.length === 0 ? first : Buffer.concat(chunks);
}

export type BodyKind = 'json' | 'ndjson';

export type BodyKindOutcome =
  | { readonly outcome: 'known'; readonly kind: BodyKind }
  | { readonly outcome: 'unsupported'; readonly detail: string };

/** Of a form as browsers send it. */
export const FORM_TYPE = 'application/x-www-form-urlencoded';

const KINDS: ReadonlyMap<string, BodyKind> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
]);

/** What the client says that it sends (RFC 9110 §8.3, §8.4). JSON is UTF-8; a parameter that says otherwise is refused. */
export function bodyKindOf(req: IncomingMessage): BodyKindOutcome {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = req.headers;
  if (encoding.toLowerCase() !== 'identity') {
    return { outcome: 'unsupported', detail: `Send the body as it is, without the encoding ${encoding}.` };
  }
  const kind = KINDS.get(type) ?? kindOfMediaType(type);
  if (kind !== undefined) return { outcome: 'known', kind };
  return { outcome: 'unsupported', detail: `Send ${[...KINDS.keys()].join(' or ')}, in UTF-8.` };
}

function kindOfMediaType(type: string): BodyKind | undefined {
  return KINDS.get(utf8MediaType(type) ?? '');
}

/** The media type without its parameters, in lower case; undefined where they say another character set than UTF-8. */
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
