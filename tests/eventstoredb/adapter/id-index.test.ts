import { afterEach, expect, test } from '@jest/globals';
import { closeAll, eventWithId, openAdapter, startWireServer } from '../support/open-adapter.ts';
import { until } from '../support/until.ts';

afterEach(closeAll);

test('a stored index of a log with the same prefix on another server is rebuilt', async () => {
  const [server, another] = [await startWireServer(), await startWireServer()];
  const former = openAdapter(another);
  await former.store.append('s', 'no-stream', [eventWithId('x'), eventWithId('a')]);
  await until(() => former.index.position);
  await former.store.close();

  await openAdapter(server).store.append('s', 'no-stream', [eventWithId('a')]);
  const { store, index } = openAdapter(server, { index: former.index });
  expect(await store.readEvent('a')).toMatchObject({ stream: 's', revision: 0 });
  expect(index.find('x')).toBeUndefined();
  expect((await store.append('t', 'no-stream', [eventWithId('x')])).outcome).toBe('appended');
});
