import { isUtf8 } from 'node:buffer';
import { CsvFormatError } from './csv-format-error.ts';

/** Labels of the Encoding Standard (WHATWG). */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1251',
  'shift_jis',
] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** Bytes from which the encoding is recognised. */
const HEAD_BYTES = 1 << 16;
const ZIP_MAGIC = 'PK\x03\x04';
const UTF_8_MARK = Buffer.from('\uFEFF');

/**
 * Yields the bytes of a text as UTF-8, without a byte order mark. UTF-8 is passed on unchecked.
 *
 * @throws CsvFormatError if the beginning shows that the text has another encoding
 */
export async function* decodeText(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  let head: Buffer | undefined = Buffer.alloc(0);
  const decode = (bytes: Buffer): Buffer => Buffer.from(decoder.decode(bytes, { stream: true }));
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield encoding === 'utf-8' ? chunk : decode(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.byteLength < HEAD_BYTES) continue;
    requireEncoding(head, encoding);
    yield encoding === 'utf-8' ? withoutMark(head) : decode(head);
    head = undefined;
  }
  if (head !== undefined) {
    requireEncoding(head, encoding);
    yield encoding === 'utf-8' ? withoutMark(head) : decode(head);
  }
  if (encoding !== 'utf-8') yield Buffer.from(decoder.decode());
}

function withoutMark(head: Buffer): Buffer {
  return startsWith(head, UTF_8_MARK) ? head.subarray(UTF_8_MARK.byteLength) : head;
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.byteLength).equals(start);
}

function requireEncoding(head: Buffer, declared: Encoding): void {
  if (head.toString('latin1', 0, ZIP_MAGIC.length) === ZIP_MAGIC) {
    throw new CsvFormatError(
      'This is a spreadsheet or a zip archive, not CSV. Save the sheet as CSV in UTF-8.',
    );
  }
  const found = recognisedEncoding(head, declared);
  if (found === undefined || found === declared) return;
  throw new CsvFormatError(
    `The text is ${found}, not ${declared}. Set "encoding": "${found}" in the mapping.`,
  );
}

/** Returns undefined if nothing speaks against the declared encoding. Invalid UTF-8 is left to the line that has it. */
function recognisedEncoding(head: Buffer, declared: Encoding): Encoding | undefined {
  if (startsWith(head, UTF_8_MARK)) return 'utf-8';
  if (startsWith(head, Buffer.from([0xff, 0xfe]))) return 'utf-16le';
  if (startsWith(head, Buffer.from([0xfe, 0xff]))) return 'utf-16be';
  const nul = head.indexOf(0);
  // Delimiters and line feeds have a zero byte in UTF-16, at odd places in its little-endian form.
  if (nul >= 0) return nul % 2 === 1 ? 'utf-16le' : 'utf-16be';
  if (declared.startsWith('utf-16')) return head.byteLength === 0 ? undefined : 'utf-8';
  return declared !== 'utf-8' && isUtf8BeyondAscii(head) ? 'utf-8' : undefined;
}

/** The last bytes may be the beginning of a character. */
function isUtf8BeyondAscii(head: Buffer): boolean {
  const isAscii = head.every((byte) => byte < 0x80);
  return !isAscii && [0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, head.byteLength - cut)));
}
