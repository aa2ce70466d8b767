import { setFlagsFromString } from 'node:v8';
import { collectGarbage } from '../../log.ts';

const CHECK_INTERVAL_MS = 500;

/** What V8 does for a process of some size. */
interface HeapFlags {
  readonly residentMiBMax: number;
  /** How much the old generation grows between two collections. */
  readonly growthPercent: number;
  readonly optimizesForSize: boolean;
}

/** The flags for a process of up to that size, the smallest first. */
const SIZES: readonly HeapFlags[] = [
  { residentMiBMax: 192, growthPercent: 100, optimizesForSize: false },
  { residentMiBMax: 240, growthPercent: 25, optimizesForSize: false },
  { residentMiBMax: Number.POSITIVE_INFINITY, growthPercent: 25, optimizesForSize: true },
];

/**
 * Keeps the heaps of a server near the size of what lives in them. On a machine with much memory, V8 lets the old
 * generation grow to four times that size between two collections, and to 256 MiB before the first one, and it compacts
 * a page only if less than a third of it is in use. The limits of the first collection count for threads that start
 * later; the collection sets that of this thread.
 *
 * Memory costs speed: to optimise for size takes a third more CPU for a page that is not cached and for an event of a
 * bulk request, and to collect at a growth of 25% a tenth. So V8 does so only while the process is large. Without it, a
 * server exceeds 300 MiB in `npm run test:soak`.
 */
export function keepHeapsSmall(): void {
  setFlagsFromString('--initial-old-space-size=40');
  setFlags();
  collectGarbage();
  setInterval(setFlags, CHECK_INTERVAL_MS).unref();
}

function setFlags(): void {
  const residentMiB = process.memoryUsage.rss() / 2 ** 20;
  const { growthPercent, optimizesForSize } = SIZES.find(
    (size) => residentMiB <= size.residentMiBMax,
  ) as HeapFlags;
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
  setFlagsFromString(optimizesForSize ? '--optimize-for-size' : '--no-optimize-for-size');
}
