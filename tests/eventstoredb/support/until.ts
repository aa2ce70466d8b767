import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 5;
/** Longer than any test: Jest's timeout ends a test that waits in vain. This only ends the polling after it. */
const POLLING_MS_MAX = 300_000;

/** Polls until the condition holds, however long that takes. Its changes may come from another process. */
export async function until(holds: () => unknown): Promise<void> {
  const startMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startMs > POLLING_MS_MAX) throw new Error(`It never became true: ${holds}`);
    await delay(POLL_MS);
  }
}
