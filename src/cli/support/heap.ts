import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { collectGarbage } from '../../log.ts';

/** All heaps grow less between two collections while the process has more than this resident. */
const RESIDENT_BYTES_AIM = 192 << 20;
/**
 * V8 optimises for size, in all threads, while the old space of the main thread has more than this. Caches and records
 * are there; large objects and code are not.
 */
const OLD_SPACE_BYTES_AIM = 72 << 20;
const CHECK_INTERVAL_MS = 500;

/**
 * Keeps the heaps of a server near the size of what lives in them. On a machine with much memory, V8 lets the old
 * generation grow to four times that size between two collections, and to 256 MiB before the first one, and it compacts
 * a page only if less than a third of it is in use. The limits of the first collection count for threads that start
 * later; the collection sets that of this thread.
 *
 * To optimise for size costs a quarter of the CPU of an append and a third of that of a page that is not cached. V8
 * then discards the shapes of objects of which none is left at a collection, and the optimised code that relies on
 * them, and compiles it again. So V8 does so only while the heap is large. If it never did, a server would exceed
 * 300 MiB in `npm run test:soak`.
 */
export function keepHeapsSmall(): void {
  setFlagsFromString('--initial-old-space-size=24');
  setFlagsForSize();
  collectGarbage();
  setInterval(setFlagsForSize, CHECK_INTERVAL_MS).unref();
}

function setFlagsForSize(): void {
  const isLarge = process.memoryUsage.rss() > RESIDENT_BYTES_AIM;
  const isHeapLarge = oldSpaceBytes() > OLD_SPACE_BYTES_AIM;
  setFlagsFromString(isLarge ? '--heap-growing-percent=12' : '--heap-growing-percent=100');
  setFlagsFromString(isHeapLarge ? '--optimize-for-size' : '--no-optimize-for-size');
}

function oldSpaceBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_size ?? 0;
}
