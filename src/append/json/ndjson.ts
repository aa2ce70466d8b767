/** A line of a body without its line feed. */
export type NdjsonLine = { readonly kind: 'line'; readonly bytes: Buffer } | { readonly kind: 'too-long' };

const LINE_FEED = 0x0a;

/**
 * Splits a body into lines at line feeds. It works on bytes, so characters may span chunks. At most one line is held in
 * memory, and nothing of a line that is too long. The last line needs no line feed; an empty one is not reported.
 * @param mayHold called for each piece of a line; the line is reported as too long if it returns false
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  lineBytesMax: number,
  mayHold: (bytes: number) => boolean = () => true,
): AsyncGenerator<NdjsonLine> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  const endLine = (): NdjsonLine => {
    const line: NdjsonLine =
      bytes > lineBytesMax ? { kind: 'too-long' } : { kind: 'line', bytes: Buffer.concat(pieces) };
    pieces = [];
    bytes = 0;
    return line;
  };
  const keep = (piece: Buffer): void => {
    bytes += piece.byteLength;
    if (bytes <= lineBytesMax && !mayHold(piece.byteLength)) bytes = Number.POSITIVE_INFINITY;
    if (bytes <= lineBytesMax) pieces.push(piece);
    else pieces = [];
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      yield endLine();
      start = end + 1;
    }
    if (start < chunk.byteLength) keep(chunk.subarray(start));
  }
  if (bytes > 0) yield endLine();
}
