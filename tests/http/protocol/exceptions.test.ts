import { describe, expect, test } from '@jest/globals';
import { createRecorder } from '../../../src/append/recorder.ts';
import {
  AppendTooLargeError,
  StoreBusyError,
  StoreFailedError,
  StoreFullError,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../../src/event-store/event-store.ts';
import { numberedPosition } from '../../../src/event-store/position.ts';
import { InMemoryEventStore } from '../../../src/testing/in-memory/in-memory-event-store.ts';
import { briefing } from '../../append/sent-events.ts';
import { ask, post } from '../support/client.ts';
import { stubServer } from '../support/stub-server.ts';

const { serve, signals } = stubServer();

/** A recorder whose store throws the error. */
function failingRecorder(error: Error) {
  const store = new InMemoryEventStore(() => new Date());
  store.append = () => Promise.reject(error);
  return createRecorder(store);
}

const foreignEvent = { stream: 's', revision: 1, eventId: 'e', position: numberedPosition(1) };

describe('an exception', () => {
  test.each<[string, Error, number, string]>([
    ['a busy log', new StoreBusyError('8192 waiting'), 503, '/problems/log-busy'],
    ['a full log', new StoreFullError('ENOSPC'), 507, '/problems/log-full'],
    ['a failed log', new StoreFailedError('EIO'), 503, '/problems/log-failed'],
    ['an unavailable log', new StoreUnavailableError('no answer'), 503, '/problems/log-unavailable'],
    ['an append that is too large', new AppendTooLargeError('At most 1 MiB.'), 413, '/problems/too-large'],
    [
      'an event of another program',
      new UnreadableEventError(foreignEvent, 'foreign'),
      500,
      '/problems/unreadable-event',
    ],
    ['an unexpected error', new Error('secret: at /var/lib'), 500, '/problems/internal-error'],
  ])('of %s becomes a problem, for JSON and for a line of NDJSON', async (_name, error, status, type) => {
    const url = await serve({ recorder: failingRecorder(error) });
    const answer = await post(url, briefing);
    expect(answer).toMatchObject({ status, json: { type, status } });
    const lines = await post(url, JSON.stringify(briefing), { 'content-type': 'application/x-ndjson' });
    const line = JSON.parse(lines.text.split('\n')[0] ?? '');
    expect(line).toMatchObject({ line: 1, status, problem: { type } });
    expect(answer.text + lines.text).not.toContain('secret');
    const requestIds = [answer, lines].map(({ headers }) => headers['x-request-id']);
    expect([answer.json.requestId, line.problem.requestId]).toEqual(requestIds);
    const signalled = requestIds.map((requestId) => {
      return { kind: 'request-failed', method: 'POST', path: '/events', requestId, error };
    });
    expect(signals).toEqual(type === '/problems/internal-error' ? signalled : []);
  });

  test.each([1, 2])('is described in the signal, not to the client, for request %i', async (requests) => {
    const url = await serve();
    for (let count = 1; count < requests; count += 1) await ask(url, '/countries/PK');
    signals.length = 0;
    const answer = await ask(url, '/countries/PK');
    expect(answer).toMatchObject({ status: 500, json: { type: '/problems/internal-error' } });
    expect(answer.text).not.toContain('secret');
    expect(signals).toMatchObject([
      {
        path: '/countries/PK',
        requestId: answer.json.requestId,
        error: { message: expect.stringContaining('secret') },
      },
    ]);
  });
});

test('a contended record becomes a problem that asks for a retry', async () => {
  const store = new InMemoryEventStore(() => new Date());
  store.append = async () => ({ outcome: 'wrong-revision', actual: 'no-stream' });
  const answer = await post(await serve({ recorder: createRecorder(store) }), briefing);
  expect(answer).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
    json: { type: '/problems/stream-contended' },
  });
});
