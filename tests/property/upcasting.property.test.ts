import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeEvent, type StoredEvent } from '../../src/domain/events/event.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordState } from '../../src/domain/record/record-version.ts';
import { headline, rolesByCountry } from '../../src/domain/record/summary.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(200);
const stream = 'shipment-antimony';

/** The payload of an arrival. */
interface Arrival {
  /** Whether it was recorded in schema version 1, which had a single `place`. */
  readonly isOlder: boolean;
  readonly topics: readonly string[];
  readonly places: readonly object[];
}

type Step =
  | { readonly kind: 'dispatch' }
  | { readonly kind: 'arrival'; readonly arrival: Arrival }
  /** `of` selects one of the events so far, modulo their number. */
  | {
      readonly kind: 'correction';
      readonly of: number;
      readonly arrival: Arrival;
      readonly occurred?: string;
    }
  | { readonly kind: 'retraction'; readonly of: number };

const place = fc.record(
  { country: fc.constantFrom('US', 'PK', 'CN', 'AE'), name: fc.constantFrom('Houston', 'Karachi', '上海') },
  { requiredKeys: ['country'] },
);
const topics = fc.array(fc.constantFrom('ports', 'customs'), { maxLength: 2 });
const arrival: fc.Arbitrary<Arrival> = fc.oneof(
  fc.record({ isOlder: fc.boolean(), topics, places: fc.array(place, { maxLength: 1 }) }),
  fc.record({ isOlder: fc.constant(false), topics, places: fc.array(place, { maxLength: 4 }) }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant({ kind: 'dispatch' } as const),
  fc.record({ kind: fc.constant('arrival' as const), arrival }),
  fc.record(
    {
      kind: fc.constant('correction' as const),
      of: fc.nat(),
      arrival,
      occurred: fc.constantFrom('2025-10', '2025-11-03'),
    },
    { requiredKeys: ['kind', 'of', 'arrival'] },
  ),
  fc.record({ kind: fc.constant('retraction' as const), of: fc.nat() }),
);

function payload({ isOlder, topics, places }: Arrival): object {
  if (places.length === 0) return { topics };
  return isOlder ? { topics, place: places[0] } : { topics, places };
}

function idOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

/** Returns type, schema versions and payload of the step with this index. */
function stepContent(step: Step, index: number, steps: readonly Step[]): [string, object, object] {
  const original = { schemaVersion: 1 };
  switch (step.kind) {
    case 'dispatch':
      return ['ShipmentDispatched', original, { destination: { country: 'US' } }];
    case 'arrival':
      return ['ShipmentArrived', { schemaVersion: step.arrival.isOlder ? 1 : 2 }, payload(step.arrival)];
    case 'correction': {
      const of = step.of % Math.max(index, 1);
      const isOfArrival = rootKind(steps, of) === 'arrival';
      const { occurred } = step;
      const data = isOfArrival ? payload(step.arrival) : { topics: step.arrival.topics };
      const correctedSchemaVersion = isOfArrival && !step.arrival.isOlder ? 2 : 1;
      return [
        'EventCorrected',
        { ...original, correctedSchemaVersion },
        { corrects: idOf(of), data, reason: 'Misread', occurred },
      ];
    }
    case 'retraction':
      return [
        'EventRetracted',
        original,
        { retracts: idOf(step.of % Math.max(index, 1)), reason: 'Misread' },
      ];
  }
}

/** Returns the kind of the event that a chain of corrections, starting at this index, finally corrects. */
function rootKind(steps: readonly Step[], index: number): Step['kind'] {
  const step = steps[index];
  if (step?.kind !== 'correction' || index === 0) return step?.kind ?? 'retraction';
  return rootKind(steps, step.of % index);
}

function stored(steps: readonly Step[]): readonly StoredEvent[] {
  return steps.map((step, index) => {
    const [type, metadata, data] = stepContent(step, index, steps);
    const content = { data, occurred: '2025-11', sources: [{ outlet: 'Dawn' }] };
    return {
      id: idOf(index),
      type,
      stream,
      revision: index,
      position: String(index),
      recordedAt: '2025-11-05T00:00:00.000Z',
      metadata: JSON.stringify({ actor: 'desk', ...metadata }),
      content: JSON.stringify(content),
    };
  });
}

/** Returns the record after each of its events, without the schema versions of the recorded events. */
function readings(steps: readonly Step[]): readonly object[] {
  const states: RecordState[] = [emptyRecord(stream)];
  for (const event of stored(steps)) {
    states.push(evolveRecord(states.at(-1) as RecordState, decodeEvent(event)));
  }
  return states.map(({ versions }) =>
    [...versions.values()].map((version) => {
      const { type, data, occurred, sources, status, versions, links, opening, event } = version;
      const read = { type, data, occurred, sources, status, versions, links, opening: opening?.data };
      return {
        ...read,
        recorded: event.data,
        headline: headline(version),
        roles: [...rolesByCountry(version)],
      };
    }),
  );
}

/** Returns the same history as if it had been recorded in the current schema version. */
function inCurrentVersion(steps: readonly Step[]): readonly Step[] {
  return steps.map((step) => {
    return 'arrival' in step ? { ...step, arrival: { ...step.arrival, isOlder: false } } : step;
  });
}

test('a history with older schema versions folds like the same history in the current version', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      expect(readings(steps)).toEqual(readings(inCurrentVersion(steps)));
    }),
    { numRuns },
  );
});
