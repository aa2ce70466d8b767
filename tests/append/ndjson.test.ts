import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type NdjsonLine, splitLines } from '../../src/append/json/ndjson.ts';

async function split(
  chunks: readonly (string | Uint8Array)[],
  lineBytesMax = 100,
): Promise<(string | 'too-long')[]> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const lines: NdjsonLine[] = [];
  for await (const line of splitLines(source(), lineBytesMax)) lines.push(line);
  return lines.map((line) => (line.kind === 'line' ? line.bytes.toString() : line.kind));
}

describe('lines of NDJSON', () => {
  test('end at line feeds, except the last one, which may end without', async () => {
    expect(await split(['a\n\nb\r\n', 'c'])).toEqual(['a', '', 'b\r', 'c']);
    expect(await split(['a\n'])).toEqual(['a']);
    expect(await split([])).toEqual([]);
  });

  test('may be as long as the limit, in one chunk or several', async () => {
    expect(await split(['1234\n12345\n1\n'], 4)).toEqual(['1234', 'too-long', '1']);
    expect(await split(['12', '34\n', '123', '45', '678', '\n1'], 4)).toEqual(['1234', 'too-long', '1']);
    expect(await split(['12345'], 4)).toEqual(['too-long']);
  });

  test('do not depend on how the bytes are split into chunks', async () => {
    const text = 'é中🇵🇰\n\n{"a":1}\r\nлиния\n';
    const expected = await split([text], 12);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(Buffer.byteLength(text))), async (places) => {
        const bytes = Buffer.from(text);
        const cuts = [0, ...places.sort((a, b) => a - b), bytes.byteLength];
        const chunks = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
        expect(await split(chunks, 12)).toEqual(expected);
      }),
    );
  });
});
