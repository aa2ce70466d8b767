import { afterEach, expect, test } from '@jest/globals';
import { closeAll, event, openLog, startWireServer, until } from './log-on-wire.ts';

afterEach(closeAll);

test('an index that was kept of the log on another server is filled anew', async () => {
  const [server, another] = [await startWireServer(), await startWireServer()];
  const kept = openLog(another);
  await kept.store.append('s', 'no-stream', [event('x'), event('a')]);
  await until(() => kept.index.position);
  await kept.store.close();

  await openLog(server).store.append('s', 'no-stream', [event('a')]);
  const { store, index } = openLog(server, { index: kept.index });
  expect(await store.readEvent('a')).toMatchObject({ stream: 's', revision: 0 });
  expect(index.find('x')).toBeUndefined();
  expect((await store.append('t', 'no-stream', [event('x')])).outcome).toBe('appended');
});
