import { afterEach, expect, test } from '@jest/globals';
import { closeAll, eventWithId, openAdapter, startWireServer, storedIds } from '../support/open-adapter.ts';
import { follow, sendUntilAcknowledged } from '../support/retrying-client.ts';
import { until } from '../support/until.ts';
import type { WireServer } from '../wire-server/wire-server.ts';

/* The address is that of a node that does not lead its cluster, and that names the leader. */

afterEach(closeAll);

const portOf = ({ connectionString }: WireServer) => Number(/:(\d+)/.exec(connectionString)?.[1]);

async function startFollower(leaderPort: number): Promise<WireServer> {
  const follower = await startWireServer();
  follower.faults.following = true;
  follower.faults.leaderPort = leaderPort;
  return follower;
}

test('the leader that a node names is used for reads, appends and subscriptions', async () => {
  const leader = await startWireServer();
  const follower = await startFollower(portOf(leader));
  const { store, signals } = openAdapter(follower);
  expect(await store.readAll({ direction: 'forwards', maxCount: 1 })).toEqual([]);
  expect((await store.append('s', 'no-stream', [eventWithId('a')])).outcome).toBe('appended');
  const seen: unknown[] = [];
  void follow(store, seen as never);
  await until(() => seen.length === 1);
  expect(storedIds(leader)).toEqual(['a']);
  expect(storedIds(follower)).toEqual([]);
  expect(signals).toEqual([{ kind: 'connected' }]);
});

test('a leader that is gone is forgotten, and its successor is found by the given address', async () => {
  const [leader, successor] = [await startWireServer(), await startWireServer()];
  const follower = await startFollower(portOf(leader));
  const { store, signals } = openAdapter(follower);
  await store.append('s', 'no-stream', [eventWithId('a')]);
  leader.stop();
  follower.faults.leaderPort = portOf(successor);
  await sendUntilAcknowledged(store, 't', 'no-stream', 'b');
  expect(storedIds(successor)).toEqual(['b']);
  expect(signals.at(-1)).toEqual({ kind: 'connected' });
});

test('a leader that cannot be reached is named, once', async () => {
  const gone = await startWireServer();
  const follower = await startFollower(portOf(gone));
  gone.stop();
  const { store, signals } = openAdapter(follower);
  const read = () => store.readAll({ direction: 'forwards', maxCount: 1 });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await expect(read()).rejects.toThrow(
      `which is 127.0.0.1:${portOf(gone)}, and that one cannot be reached`,
    );
  }
  expect(signals.map(({ kind }) => kind)).toEqual(['disconnected']);
});
