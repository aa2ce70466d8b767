import { expect, test } from '@jest/globals';
import { StreamQueue } from '../../src/append/stream-queue.ts';
import { StoreFullError, StoreUnavailableError } from '../../src/event-store/event-store.ts';

const failing = (error: Error) => (): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(error), 5));

test('work on one stream runs in order, also after a failure', async () => {
  const queue = new StreamQueue();
  const done: string[] = [];
  const failed = queue.run('s', failing(new StoreFullError('full')));
  const next = queue.run('s', async () => done.push('next'));
  const other = queue.run('t', async () => done.push('other'));
  await expect(failed).rejects.toThrow('full');
  await Promise.all([next, other]);
  expect(done).toEqual(['other', 'next']);
});

test('when the log becomes unavailable, all queued work fails, and later work runs', async () => {
  const queue = new StreamQueue();
  let attempts = 0;
  const work = () => {
    attempts += 1;
    return failing(new StoreUnavailableError('unavailable'))();
  };
  const queued = Array.from({ length: 3 }, () => queue.run('s', work));
  for (const run of queued) await expect(run).rejects.toThrow('unavailable');
  expect(attempts).toBe(1);
  expect(await queue.run('s', async () => 'done')).toBe('done');
});
