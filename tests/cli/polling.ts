import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, ask } from '../http/support/client.ts';

const POLL_INTERVAL_MS = 20;

/** Settles once the condition holds. Only the timeout of the test limits the wait. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(POLL_INTERVAL_MS);
}

/** Whether a rebuild in this state can still change its state. */
export function isUnfinished(state: string): boolean {
  return state === 'waiting' || state === 'running';
}

/** Waits until the latest rebuild of a projection has ended, and returns its status. */
export async function endOfRebuild(url: string, projection: string): Promise<Answer['json']> {
  for (;;) {
    const { json } = await ask(url, `/projections/${projection}/rebuild`);
    if (!isUnfinished(json.state)) return json;
    await delay(POLL_INTERVAL_MS);
  }
}
