import { FeedError } from './feed-error.ts';

const UTF_16: readonly (readonly [mark: string, encoding: string])[] = [
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];
/** The declaration is in ASCII, whatever the encoding, unless that is UTF-16. */
const DECLARATION = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/;

/**
 * Decodes a feed: by its byte order mark, by the charset of its media type, or by its XML declaration (RFC 7303 §3.2),
 * and else as UTF-8.
 *
 * @throws FeedError if the encoding is unknown or is not that of the bytes
 */
export function decodeFeed(bytes: Buffer, charset: string | undefined): string {
  const mark = bytes.toString('hex', 0, 2);
  const marked = UTF_16.find(([start]) => start === mark)?.[1];
  const isUtf8 = bytes.toString('hex', 0, 3) === 'efbbbf';
  const declared = DECLARATION.exec(bytes.toString('latin1', 0, 1_000))?.[1];
  const encoding = marked ?? (isUtf8 ? 'utf-8' : (charset ?? declared ?? 'utf-8'));
  const decoder = decoderOf(encoding);
  try {
    return decoder.decode(bytes);
  } catch {
    throw new FeedError(`The feed is not in ${encoding}, which it is said to be in.`);
  }
}

function decoderOf(encoding: string) {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new FeedError(`The encoding ${encoding} is unknown.`);
  }
}
