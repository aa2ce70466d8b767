import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { defineCurationType, type Upcast } from '../../src/domain/event-types/define-event-type.ts';
import {
  decodeEvent,
  envelopeJson,
  type StoredEvent,
  storedEnvelopeJson,
} from '../../src/domain/events/event.ts';
import { throughUpcasts, UnknownSchemaVersionError } from '../../src/domain/events/upcasting.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord } from '../../src/domain/record/record-version.ts';
import { rolesByCountry } from '../../src/domain/record/summary.ts';
import { correction, id, shipment, sources, stored } from './events.ts';

const stream = shipment.stream;
const karachi = { country: 'PK', name: 'Karachi' };
const houston = { country: 'US', name: 'Houston' };

function arrival(data: object) {
  return { type: 'ShipmentArrived', stream, occurred: '2025-11', data, sources };
}

const older = stored(2, arrival({ place: houston, topics: ['ports'] }), { schemaVersion: 1 });

describe('an event that was recorded in an older schema version', () => {
  test('is decoded to the current version, with the recorded one noted', () => {
    const event = decodeEvent(older);

    expect(event).toMatchObject({ type: 'ShipmentArrived', schemaVersion: 3, recordedSchemaVersion: 1 });
    expect(event.data).toEqual({ places: [houston], topics: ['ports'] });
    expect(decodeEvent(stored(2, arrival({ topics: ['ports'] }), { schemaVersion: 1 })).data).toEqual({
      topics: ['ports'],
    });
  });

  test('keeps the texts as sent at the moved fields', () => {
    const verbatim = {
      '/data/place/country': 'USA',
      '/data/placement': 'x',
      '/data/origin/country': 'Pakistan',
      '/sources/0/attribution/0/country': 'China',
    };
    expect(decodeEvent(stored(2, arrival({}), { schemaVersion: 1 }, verbatim)).verbatim).toEqual({
      '/data/places/0/country': 'USA',
      '/data/placement': 'x',
      '/data/origin/country': 'Pakistan',
      '/sources/0/attribution/0/country': 'China',
    });
  });

  test('is shown upcast and exported as recorded', () => {
    expect(JSON.parse(envelopeJson(older))).toEqual(decodeEvent(older));
    expect(storedEnvelopeJson(older)).toBe(
      `{"id":"${id(2)}","type":"ShipmentArrived","stream":"shipment-samples","revision":1,"position":"2",` +
        '"recordedAt":"2025-10-14T00:00:00.000Z","actor":"desk","schemaVersion":1,' +
        '"data":{"place":{"country":"US","name":"Houston"},"topics":["ports"]},"occurred":"2025-11",' +
        '"sources":[{"outlet":"Dawn"}]}',
    );
  });
});

describe('an event of the current schema version', () => {
  test('is decoded as recorded', () => {
    const event = decodeEvent(stored(2, arrival({ places: [houston] }), { schemaVersion: 3 }));

    expect(event).toMatchObject({ schemaVersion: 3, data: { places: [houston] } });
    expect(event).not.toHaveProperty('recordedSchemaVersion');
  });

  test.each([
    ['{"actor":"desk","schemaVersion":3}'],
    ['{"schemaVersion":3,"actor":"desk"}'],
    ['{"actor":"\\"schemaVersion\\":1}","schemaVersion":3}'],
  ])('goes out byte for byte with the metadata %s', (metadata) => {
    const odd = { ...older, metadata, content: '{"data":{"a" : 1.0}}' };
    expect(envelopeJson(odd)).toBe(storedEnvelopeJson(odd));
    expect(envelopeJson(odd)).toContain('{"a" : 1.0}');
  });
});

describe('an event of a newer schema version', () => {
  const newer = stored(2, arrival({ route: [] }), { schemaVersion: 4 });

  test('throws an error that says so', () => {
    expect(() => decodeEvent(newer)).toThrow(UnknownSchemaVersionError);
    expect(() => decodeEvent(newer)).toThrow(
      /ShipmentArrived in schema version 4\. .* up to schema version 3/,
    );
  });

  test('is shown as recorded', () => {
    expect(envelopeJson(newer)).toBe(storedEnvelopeJson(newer));
  });
});

describe('a correction', () => {
  /** How the arrival reads after the correction. */
  function reading(arrived: StoredEvent, data: object, metadata: object) {
    const corrected = stored(3, { ...correction(2, data), stream }, { schemaVersion: 1, ...metadata });
    const record = [stored(1, shipment, { schemaVersion: 1 }), arrived, corrected];
    const state = record.map(decodeEvent).reduce(evolveRecord, emptyRecord(stream));
    const version = state.versions.get(id(2));
    if (version === undefined) throw new Error('No arrival');
    return version;
  }

  test.each([
    ['from before its version was kept', {}],
    ['of version 1', { correctedSchemaVersion: 1 }],
  ])('%s is brought up to date by the type that it corrects', (_name, metadata) => {
    const version = reading(older, { place: karachi }, metadata);

    expect(version).toMatchObject({
      status: 'corrected',
      versions: 2,
      event: { data: { places: [houston] } },
    });
    expect(version.data).toEqual({ places: [karachi] });
    expect(Object.fromEntries(rolesByCountry(version))).toMatchObject({ PK: ['origin', 'mentioned'] });
  });

  test('in the current version replaces a payload of an older one', () => {
    const places = [houston, karachi];
    expect(reading(older, { places }, { correctedSchemaVersion: 3 }).data).toEqual({ places });
  });

  test('in a newer version makes the fold throw', () => {
    expect(() => reading(older, { route: [] }, { correctedSchemaVersion: 4 })).toThrow(
      UnknownSchemaVersionError,
    );
  });

  test('is shown with its payload as recorded and the version of that', () => {
    const corrected = stored(
      3,
      { ...correction(2, { place: karachi }), stream },
      { correctedSchemaVersion: 1, schemaVersion: 1 },
    );
    expect(envelopeJson(corrected)).toBe(storedEnvelopeJson(corrected));
  });
});

describe('the upcasts of a type', () => {
  const upcasts: readonly Upcast[] = [
    {
      payload: ({ place, ...others }) => ({ ...others, site: place ?? null }),
      moved: { '/place': '/site' },
    },
    {
      payload: ({ site, ...others }) => ({ ...others, sites: [site ?? null] }),
      moved: { '/site': '/sites/0' },
    },
  ];

  test('are applied in order from the version of the payload', () => {
    const verbatim = { '/data/place': 'Houston' };
    expect(throughUpcasts({ schemaVersion: 1, data: { place: 1 }, verbatim }, upcasts)).toEqual({
      data: { sites: [1] },
      verbatim: { '/data/sites/0': 'Houston' },
    });
    expect(throughUpcasts({ schemaVersion: 2, data: { site: 2, place: 1 } }, upcasts)).toEqual({
      data: { sites: [2], place: 1 },
    });
    expect(throughUpcasts({ schemaVersion: 3, data: { site: 2 } }, upcasts)).toEqual({ data: { site: 2 } });
  });

  test.each([
    [1, 1],
    [2, 0],
    [2, 2],
    [3, 1],
  ])('are one less than its versions: %d with %d is refused', (version, count) => {
    const define = (given: readonly Upcast[]) =>
      defineCurationType({
        name: 'X',
        label: 'X',
        description: 'A type with several versions.',
        version,
        upcasts: given,
        data: z.strictObject({}),
        target: () => '',
        example: { occurred: '2025', data: {} },
      });
    expect(() => define(upcasts.slice(0, count))).toThrow(RangeError);
    expect(define([...upcasts, ...upcasts].slice(0, version - 1)).version).toBe(version);
  });
});
