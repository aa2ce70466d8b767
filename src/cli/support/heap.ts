import { setFlagsFromString } from 'node:v8';
import { collectGarbage } from '../../log.ts';

/** Above this, V8 saves memory at the cost of speed. */
const RESIDENT_BYTES_AIM = 192 << 20;
const CHECK_INTERVAL_MS = 500;

/**
 * How much the old generation grows between two collections. On a machine with much memory, V8 lets it grow to four
 * times the size of what lives in it.
 */
const GROWTH_PERCENT = { small: 100, large: 25 } as const;

/**
 * Keeps the heaps of a server near the size of what lives in them. On a machine with much memory, V8 lets the old
 * generation grow to 256 MiB before the first collection, and it compacts a page only if less than a third of it is in
 * use. The limits of the first collection count for threads that start later; the collection sets that of this thread.
 *
 * To optimise for size costs a third of the CPU of a page that is not cached, and to collect at a growth of 25% a
 * tenth, so V8 does so only while the process is large. Without it, a server exceeds 300 MiB in `npm run test:soak`.
 */
export function keepHeapsSmall(): void {
  setFlagsFromString('--initial-old-space-size=40');
  optimize(process.memoryUsage.rss());
  collectGarbage();
  setInterval(() => optimize(process.memoryUsage.rss()), CHECK_INTERVAL_MS).unref();
}

function optimize(residentBytes: number): void {
  const isLarge = residentBytes > RESIDENT_BYTES_AIM;
  setFlagsFromString(isLarge ? '--optimize-for-size' : '--no-optimize-for-size');
  setFlagsFromString(`--heap-growing-percent=${isLarge ? GROWTH_PERCENT.large : GROWTH_PERCENT.small}`);
}
