import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { collectGarbage } from '../../log.ts';

/** V8 collects more often while the process is larger than this. */
const RESIDENT_BYTES_AIM = 192 << 20;
/** V8 optimises for size while the old generation of the main thread is larger than this. */
const OLD_GENERATION_BYTES_AIM = 72 << 20;
const CHECK_INTERVAL_MS = 500;

/**
 * Keeps the heaps of a server near the size of what lives in them. On a machine with much memory, V8 lets the old
 * generation grow to four times that size between two collections, and to 256 MiB before the first one, and it compacts
 * a page only if less than a third of it is in use. The limits of the first collection count for threads that start
 * later; the collection sets that of this thread.
 *
 * To optimise for size costs a quarter of the CPU of an append and a third of that of a page that is not cached, as V8
 * then collects more often, and discards the shapes of objects of which none is left, and the optimised code that
 * relies on them. So it does so only while the heap is large. Without that, a server exceeds 300 MiB in `npm run
 * test:soak`.
 */
export function keepHeapsSmall(): void {
  setFlagsFromString('--initial-old-space-size=24');
  setFlagsForSize();
  collectGarbage();
  setInterval(setFlagsForSize, CHECK_INTERVAL_MS).unref();
}

function setFlagsForSize(): void {
  const isLarge = process.memoryUsage.rss() > RESIDENT_BYTES_AIM;
  const isHeapLarge = oldGenerationBytes() > OLD_GENERATION_BYTES_AIM;
  setFlagsFromString(isLarge ? '--heap-growing-percent=12' : '--heap-growing-percent=100');
  setFlagsFromString(isHeapLarge ? '--optimize-for-size' : '--no-optimize-for-size');
}

function oldGenerationBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_size ?? 0;
}
