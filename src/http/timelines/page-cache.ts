import type { Position } from '../../event-store/event-store.ts';
import type { Representation } from '../protocol/negotiation.ts';

/** An answer as it goes out. */
export interface Page {
  readonly representation: Representation;
  readonly etag: string;
  readonly body: Buffer;
  readonly link: { readonly Link?: string };
  /** It shows a given state, and stays good whatever happens to its timeline. */
  readonly isPinned: boolean;
  /** As long as the projection is known to be here and no further, the page is good. */
  goodAt: Position | undefined;
}

/** Bytes that an entry takes beside its key and body. */
const ENTRY_OVERHEAD_BYTES = 512;

/** Keeps the pages used last, up to a number of bytes in all. */
export class PageCache {
  readonly #bytesMax: number;
  readonly #pages = new Map<string, Page>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get(key: string): Page | undefined {
    const page = this.#pages.get(key);
    if (page === undefined) return undefined;
    this.#pages.delete(key);
    this.#pages.set(key, page);
    return page;
  }

  set(key: string, page: Page): void {
    this.#delete(key);
    this.#pages.set(key, page);
    this.#bytes += sizeBytes(key, page);
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    const page = this.#pages.get(key);
    if (page === undefined) return;
    this.#pages.delete(key);
    this.#bytes -= sizeBytes(key, page);
  }
}

function sizeBytes(key: string, page: Page): number {
  return page.body.byteLength + key.length * 2 + ENTRY_OVERHEAD_BYTES;
}
