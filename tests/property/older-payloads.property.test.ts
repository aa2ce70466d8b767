import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findContentType } from '../../src/domain/event-types/registry.ts';
import { decodeEvent } from '../../src/domain/events/event.ts';
import { parseEvent } from '../../src/domain/events/parse.ts';
import { throughUpcasts } from '../../src/domain/events/upcasting.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord } from '../../src/domain/record/record-version.ts';
import { rolesByCountry } from '../../src/domain/record/summary.ts';
import type { JsonObject } from '../../src/domain/values/json.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

/*
 * Payloads of the first schema versions, and what they meant then. The meaning is stated here independently of the
 * definitions: country → roles.
 */

type Roles = Readonly<Record<string, readonly string[]>>;

interface Older {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
  readonly roles: Roles;
}

const numRuns = fuzzRounds(300);
const country = fc.constantFrom('PK', 'US', 'CN', 'AE');
const actor = fc.record({ name: fc.constantFrom('A', 'B', 'C'), kind: fc.constant('company'), country });
const place = fc.record(
  { country, name: fc.constantFrom('Karachi', 'Houston') },
  { requiredKeys: ['country'] },
);
const good = fc.record(
  {
    description: fc.constantFrom('antimony', '铜'),
    quantity: fc.constantFrom('12', '0.5'),
    unit: fc.constant('t'),
  },
  { requiredKeys: ['description'] },
);
const text = fc.record({ language: fc.constantFrom('en', 'ur'), value: fc.constantFrom('It is so.', 'ہاں') });
const statement = fc.record(
  {
    speaker: actor,
    speechAct: fc.constantFrom('affirm', 'deny'),
    text,
    quoted: fc.constant('paraphrase'),
    question: fc.record(
      { outlet: fc.constant('Reuters'), text: fc.constant('Is it?') },
      { requiredKeys: ['text'] },
    ),
    countries: fc.array(fc.record({ country, role: fc.constantFrom('mentioned', 'target') }), {
      maxLength: 2,
    }),
  },
  { requiredKeys: ['speaker', 'speechAct', 'text', 'quoted'] },
);

const briefing = fc
  .record({ host: country, institution: actor, statements: fc.array(statement, { maxLength: 3 }) })
  .map(({ host, institution, statements }): Older => {
    const roles: (readonly [string, string])[] = [[host, 'host']];
    for (const { speaker, countries = [] } of statements) {
      roles.push([speaker.country, 'speaker']);
      for (const named of countries) roles.push([named.country, named.role]);
    }
    const keyed = statements.map((said, index) => ({ key: `s${index}`, ...said }));
    return older('BriefingHeld', 1, { institution, host, format: 'regular', statements: keyed }, roles);
  });

const commitments = fc.array(
  fc.record({ party: fc.constantFrom('A', 'B'), text: fc.constant('To build') }, { requiredKeys: ['text'] }),
  { maxLength: 3 },
);

const signing = fc
  .record({ countries: fc.tuple(country, country), commitments, goods: fc.array(good, { maxLength: 2 }) })
  .map(({ countries: [first, second], commitments, goods }): Older => {
    const parties = [
      { name: 'A', kind: 'company', country: first },
      { name: 'B', kind: 'company', country: second },
    ];
    const data = { title: 'T', instrument: 'mou', subject: 's', parties, commitments, goods };
    return older('MouSigned', 1, data, [
      [first, 'party'],
      [second, 'party'],
    ]);
  });

const laterStep = fc
  .record({
    step: fc.constantFrom(
      ['MouAmended', { amendment: 'More' }] as const,
      ['MouEnteredIntoForce', { inForceFrom: '2025-11-01' }] as const,
      ['MouTerminated', { terminatedOn: '2025-12-01' }] as const,
    ),
    commitments,
  })
  .map(({ step: [type, data], commitments }): Older => older(type, 1, { ...data, commitments }, []));

const shipment = fc
  .record({
    type: fc.constantFrom('ShipmentAnnounced', 'ShipmentDispatched', 'ShipmentReturned', 'ShipmentCancelled'),
    origin: place,
    destination: place,
    goods: fc.array(good, { minLength: 1, maxLength: 3 }),
  })
  .map(
    ({ type, origin, destination, goods }): Older =>
      older(type, 1, { origin, destination, goods }, [
        [origin.country, 'origin'],
        [destination.country, 'destination'],
      ]),
  );

const arrival = fc
  .record({ place, isFirstVersion: fc.boolean(), goods: fc.array(good, { maxLength: 2 }) })
  .map(({ place, isFirstVersion, goods }): Older => {
    const reached = isFirstVersion ? { place } : { places: [place] };
    const data = { ...reached, goods };
    return older('ShipmentArrived', isFirstVersion ? 1 : 2, data, [[place.country, 'mentioned']]);
  });

const olderPayload = fc.oneof(briefing, signing, laterStep, shipment, arrival);

function older(
  type: string,
  schemaVersion: number,
  data: unknown,
  pairs: readonly (readonly [string, string])[],
): Older {
  const roles: Record<string, string[]> = {};
  for (const [code, role] of pairs) {
    roles[code] ??= [];
    if (!roles[code].includes(role)) roles[code].push(role);
  }
  return { type, schemaVersion, data: data as JsonObject, roles };
}

/** Returns how the stored event reads now. */
function readNow({ type, schemaVersion, data }: Older) {
  const stream = `${findContentType(type)?.category}-a`;
  const event = decodeEvent({
    id: '00000000-0000-4000-8000-000000000001',
    type,
    stream,
    revision: 0,
    position: '1',
    recordedAt: '2025-11-05T00:00:00.000Z',
    metadata: JSON.stringify({ actor: 'desk', schemaVersion }),
    content: JSON.stringify({ data, occurred: '2025-10-13', sources: [{ outlet: 'Dawn' }] }),
  });
  const [version] = evolveRecord(emptyRecord(stream), event).versions.values();
  if (version === undefined) throw new Error('Nothing was recorded');
  return version;
}

test('an event of an older schema version keeps its countries, its date and its status', () => {
  fc.assert(
    fc.property(olderPayload, (event) => {
      const { occurred, status, ...version } = readNow(event);
      // The country of an institution is new: the first version did not say who issued a briefing.
      const roles = [...rolesByCountry({ occurred, status, ...version } as ReturnType<typeof readNow>)].map(
        ([code, names]) => [code, names.filter((name) => name !== 'issuer').sort()] as const,
      );
      const kept = Object.fromEntries(roles.filter(([, names]) => names.length > 0));
      const meant = Object.fromEntries(
        Object.entries(event.roles).map(([code, names]) => [code, [...names].sort()]),
      );
      expect(kept).toEqual(meant);
      expect([occurred, status]).toEqual(['2025-10-13', 'current']);
    }),
    { numRuns },
  );
});

test('a payload of an older schema version is recorded as it is read, and upcasting it again changes nothing', () => {
  fc.assert(
    fc.property(olderPayload, (event) => {
      const { type, data } = event;
      const now = readNow(event).data as unknown as JsonObject;
      const upcasts = findContentType(type)?.upcasts ?? [];
      expect(throughUpcasts({ data: now, schemaVersion: 1 }, upcasts).data).toEqual(now);
      const parsed = parseEvent({ type, occurred: '2025-10-13', data, sources: [{ outlet: 'Dawn' }] });
      expect(parsed).toMatchObject({ outcome: 'parsed', event: { data: now } });
    }),
    { numRuns },
  );
});
