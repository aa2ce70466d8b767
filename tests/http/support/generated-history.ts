import { generateEvents } from '../../bench/generate-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask } from './client.ts';

/** Starts a server with generated events, which the timelines of countries contain when it returns. */
export async function startWithGeneratedEvents(count: number): Promise<Harness> {
  const chancery = await startHarness();
  const body = [...generateEvents(count)].map((event) => JSON.stringify(event)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson' };
  await ask(chancery.url, '/events', { method: 'POST', headers, body });
  await chancery.projections.country.waitFor(String(count) as never, 10_000);
  return chancery;
}
