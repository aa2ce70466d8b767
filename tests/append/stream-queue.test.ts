import { expect, test } from '@jest/globals';
import { StreamQueue } from '../../src/append/stream-queue.ts';
import { StoreFullError, StoreUnavailableError } from '../../src/event-store/event-store.ts';

const failing = (error: Error) => (): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(error), 5));

test('work on one stream runs in order, also after a failure', async () => {
  const turns = new StreamQueue();
  const done: string[] = [];
  const failed = turns.run('s', failing(new StoreFullError('full')));
  const next = turns.run('s', async () => done.push('next'));
  const other = turns.run('t', async () => done.push('other'));
  await expect(failed).rejects.toThrow('full');
  await Promise.all([next, other]);
  expect(done).toEqual(['other', 'next']);
});

test('after an unavailable log, everything queued fails, but nothing that is queued later', async () => {
  const turns = new StreamQueue();
  let tries = 0;
  const work = () => {
    tries += 1;
    return failing(new StoreUnavailableError('away'))();
  };
  const waiting = Array.from({ length: 3 }, () => turns.run('s', work));
  for (const turn of waiting) await expect(turn).rejects.toThrow('away');
  expect(tries).toBe(1);
  expect(await turns.run('s', async () => 'done')).toBe('done');
});
