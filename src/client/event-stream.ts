/** A block of an event stream (HTML standard, §9.2.6). */
export interface StreamBlock {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
}

/** Yields the blocks of an event stream as they arrive. Comments, which keep a connection open, are empty blocks. */
export async function* blocksOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StreamBlock> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield parseBlock(block);
  }
}

/** The server sends each field once, on one line that ends with a line feed. */
function parseBlock(block: string): StreamBlock {
  const fields = block.split('\n').map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')] as const;
  });
  return Object.fromEntries(fields);
}

/** Reads a body until it ends, or nothing arrives for a while, as from a connection that was lost without notice. */
export async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    while (true) {
      const timer = setTimeout(() => void reader.cancel(), silenceMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
