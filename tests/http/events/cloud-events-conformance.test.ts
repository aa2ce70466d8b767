import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readBinaryCloudEvent } from '../../../src/http/events/binary-cloud-event.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { askRaw } from '../support/raw-connection.ts';

/*
 * The scenarios of features/http-protocol-binding.feature in https://github.com/cloudevents/conformance. The type of
 * their event is not one of ours, and their data is no event: a server that has understood all attributes refuses the
 * data and nothing else.
 */

let chancery: Harness;

beforeAll(async () => {
  chancery = await startHarness();
});
afterAll(() => chancery.close());

const ATTRIBUTES = {
  specversion: '1.0',
  type: 'com.example.someevent',
  time: '2018-04-05T03:56:24Z',
  id: '1234-1234-1234',
  source: '/mycontext/subcontext',
};
const DATA = { message: 'Hello World!' };

async function refusedPointers(headers: readonly string[], body: string): Promise<readonly string[]> {
  const head = [
    'POST /events HTTP/1.1',
    `Host: ${new URL(chancery.url).host}`,
    'Connection: close',
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const { status, problem } = await askRaw(chancery.url, `${head.join('\r\n')}\r\n\r\n${body}`);
  expect([status, problem.type]).toEqual([400, '/problems/invalid-event']);
  return problem.errors.map(({ pointer }: { pointer: string }) => pointer);
}

const IN_DATA = ['/data/occurred', '/data/data', '/data/sources', '/data/message'];

describe('Binary content mode', () => {
  test.each(['application/json', 'application/json; charset=utf-8'])('%s', async (contentType) => {
    const headers = Object.entries(ATTRIBUTES).map(([name, value]) => [`ce-${name}`, value] as const);
    const lines = headers.map(([name, value]) => `${name}: ${value}`);
    const body = JSON.stringify(DATA, undefined, 4);
    expect(await refusedPointers([...lines, `Content-Type: ${contentType}`], body)).toEqual(IN_DATA);

    const distinct = Object.fromEntries(headers.map(([name, value]) => [name, [value]]));
    expect(readBinaryCloudEvent({ ...distinct, 'content-type': [contentType] }, DATA)).toEqual({
      outcome: 'read',
      cloudEvent: { ...ATTRIBUTES, datacontenttype: contentType, data: DATA },
    });
  });
});

describe('Structured content mode', () => {
  test.each(['application/cloudevents+json', 'application/cloudevents+json; charset=utf-8'])(
    '%s',
    async (contentType) => {
      const event = { ...ATTRIBUTES, datacontenttype: 'application/json', data: DATA };
      const body = JSON.stringify(event, undefined, 4);
      expect(await refusedPointers([`Content-Type: ${contentType}`], body)).toEqual(IN_DATA);
    },
  );
});
