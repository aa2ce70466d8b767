import { ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import { BodyBudget } from '../../../src/http/limits/body-budget.ts';
import { type ClientLimits, ClientQuota } from '../../../src/http/limits/client-quota.ts';
import { UNLIMITED } from '../../../src/http/limits/client-quotas.ts';
import { RequestQuota } from '../../../src/http/limits/request-quota.ts';
import { SERVER_BUSY } from '../../../src/http/protocol/problems.ts';

const client = (limits: Partial<ClientLimits>) =>
  new ClientQuota({ ...UNLIMITED, ...limits }, new BodyBudget(1, SERVER_BUSY), () => 0);

const response = () =>
  new ServerResponse({ method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 } as never);

/** Begins a request, and returns what ends it. */
function begin(owner: ClientQuota) {
  const res = response();
  const quota = new RequestQuota(owner, res);
  const code = quota.begin()?.code ?? 'begun';
  return { quota, code, end: () => res.emit('close') };
}

test('a request that has ended before its key was known is counted for nobody any more', () => {
  const [address, key] = [client({ concurrentRequests: 1 }), client({ concurrentRequests: 1 })];
  const { quota, end } = begin(address);
  end();
  expect(quota.handOver(key)).toBeUndefined();
  quota.beginStream();
  for (const owner of [address, key]) {
    const [first, second] = [begin(owner), begin(owner)];
    expect([first.code, second.code]).toEqual(['begun', 'too-many-requests']);
  }
});

test('a stream of a key is one request in its minute, and takes nothing when it has ended', () => {
  const [address, key] = [
    client({ streams: 1 }),
    client({ streams: 1, concurrentRequests: 1, requestsPerMinute: 3 }),
  ];
  const { quota, end } = begin(address);
  expect(quota.handOver(key)).toBeUndefined();
  quota.beginStream();
  expect([address.refuseStream()?.code, key.refuseStream()?.code]).toEqual([undefined, 'too-many-requests']);
  end();
  end();
  expect(key.refuseStream()).toBeUndefined();
  const [first, second] = [begin(key), begin(key)];
  expect([first.code, second.code]).toEqual(['begun', 'too-many-requests']);
  first.end();
  second.end();
  expect(begin(key).code).toBe('too-many-requests');
});

test('a refused request takes nothing', () => {
  const owner = client({ concurrentRequests: 1 });
  const first = begin(owner);
  begin(owner).end();
  expect(begin(owner).code).toBe('too-many-requests');
  first.end();
  expect(begin(owner).code).toBe('begun');
});
