import { setFlagsFromString } from 'node:v8';
import { collectGarbage } from '../../log.ts';

/** Above this, V8 saves memory at the cost of speed. */
const RESIDENT_BYTES_AIM = 192 << 20;
const CHECK_INTERVAL_MS = 500;

/**
 * Keeps the heaps of a server near the size of what lives in them. On a machine with much memory, V8 lets the old
 * generation grow to four times that size between two collections, and to 256 MiB before the first one, and it compacts
 * a page only if less than a third of it is in use. The limits of the first collection count for threads that start
 * later; the collection sets that of this thread.
 *
 * To optimise for size costs a third of the CPU of a page that is not cached, and to collect at a growth of 25% a
 * tenth, so V8 does so only while the process is large. Without it, a server exceeds 300 MiB in `npm run test:soak`.
 */
export function keepHeapsSmall(): void {
  setFlagsFromString('--initial-old-space-size=40');
  setFlagsForSize();
  collectGarbage();
  setInterval(setFlagsForSize, CHECK_INTERVAL_MS).unref();
}

function setFlagsForSize(): void {
  const isLarge = process.memoryUsage.rss() > RESIDENT_BYTES_AIM;
  setFlagsFromString(isLarge ? '--optimize-for-size' : '--no-optimize-for-size');
  setFlagsFromString(isLarge ? '--heap-growing-percent=25' : '--heap-growing-percent=100');
}
