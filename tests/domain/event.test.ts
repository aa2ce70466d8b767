import { expect, test } from '@jest/globals';
import { decodeEvent, envelopeJson, UnknownEventTypeError } from '../../src/domain/events/event.ts';
import { id, mou } from './events.ts';

const stored = {
  id: id(1),
  type: 'MouSigned',
  stream: 'mou-refinery',
  revision: 0,
  position: '42',
  recordedAt: '2025-10-14T00:00:00.000Z',
  metadata: '{"actor":"desk","schemaVersion":2}',
  content: `{"data":${JSON.stringify(mou.data)},"occurred":"2025-09-08","sources":[{"outlet":"Dawn"}]}`,
};

test('a stored event is decoded to its envelope', () => {
  const event = decodeEvent(stored);

  expect(event).toEqual({
    ...mou,
    id: id(1),
    revision: 0,
    position: '42',
    recordedAt: '2025-10-14T00:00:00.000Z',
    actor: 'desk',
    schemaVersion: 2,
  });
});

test('an event of an unknown type throws an error that says so', () => {
  const later = { ...stored, type: 'MeasureTaken' };

  expect(() => decodeEvent(later)).toThrow(UnknownEventTypeError);
  expect(() => decodeEvent(later)).toThrow(/MeasureTaken/);
});

test('the envelope contains the stored bytes unchanged', () => {
  const odd = { ...stored, position: '4"2', content: '{"data":{"n":1.0,"a" : "\\u0041"}}' };

  expect(envelopeJson(odd)).toBe(
    `{"id":"${id(1)}","type":"MouSigned","stream":"mou-refinery","revision":0,"position":"4\\"2",` +
      '"recordedAt":"2025-10-14T00:00:00.000Z","actor":"desk","schemaVersion":2,"data":{"n":1.0,"a" : "\\u0041"}}',
  );
  expect(JSON.parse(envelopeJson(stored))).toEqual(decodeEvent(stored));
});
