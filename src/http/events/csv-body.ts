import type { IncomingHttpHeaders } from 'node:http';
import { type CsvMapping, parseMapping } from '../../append/csv/csv-mapping.ts';
import { gunzipIfNeeded } from '../../append/gunzip.ts';
import { MultipartError, readMultipart } from '../protocol/multipart.ts';
import type { Problem } from '../protocol/problems.ts';

const MAPPING_BYTES_MAX = 1 << 18;

export type CsvBodyOutcome =
  | { readonly outcome: 'read'; readonly mapping: CsvMapping; readonly rows: AsyncIterable<Buffer> }
  | { readonly outcome: 'refused'; readonly problem: Problem };

/**
 * Reads a multipart body with the parts `mapping` and `file`, in this order. The file is passed on as it arrives; it
 * may be compressed.
 *
 * @param chunks of the body
 * @throws MultipartError
 */
export async function readCsvBody(
  headers: IncomingHttpHeaders,
  chunks: AsyncIterable<Buffer>,
): Promise<CsvBodyOutcome> {
  const body = readMultipart(headers, chunks);
  const mapping = await body.next('mapping');
  if (mapping === undefined) throw new MultipartError('the first part must be mapping');
  const parsed = parseMapping(await readAtMost(mapping, MAPPING_BYTES_MAX));
  if (parsed.outcome === 'refused') {
    return { outcome: 'refused', problem: { code: 'invalid-mapping', members: { errors: parsed.errors } } };
  }
  const file = await body.next('file');
  if (file === undefined) throw new MultipartError('the second part must be file');
  return { outcome: 'read', mapping: parsed.mapping, rows: gunzipIfNeeded(file) };
}

async function readAtMost(chunks: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const read: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new MultipartError(`the mapping may have at most ${bytesMax} bytes`);
    read.push(chunk);
  }
  return Buffer.concat(read);
}
