import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { DomainEvent } from '../../src/domain/events/event.ts';
import { attributionOf } from '../../src/domain/record/attribution.ts';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordVersion } from '../../src/domain/record/record-version.ts';
import { checkAgainstRecord } from '../../src/domain/record/rules.ts';
import {
  headline,
  linksOf,
  rolesByCountry,
  speechActsOf,
  topicsOf,
} from '../../src/domain/record/summary.ts';
import { parsed } from './events.ts';

const file = new URL('../../src/sample/rare-earths-2025.ndjson', import.meta.url);
const sent: readonly { id: string; stream: string }[] = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** How the opening of a record of the sample reads. */
function reading(stream: string): RecordVersion {
  const event = sent.find((candidate) => candidate.stream === stream);
  const { category: _category, ...content } = parsed(event);
  const state = evolveRecord(emptyRecord(stream), { ...content, revision: 0 } as DomainEvent);
  return [...state.versions.values()][0] as RecordVersion;
}

test('every line has an id and opens a record without a warning', () => {
  expect(sent.map((event) => event.stream)).toEqual([
    'mou-ussm-fwo-2025',
    'shipment-ussm-samples-2025',
    'briefing-ussm-samples-2025',
    'briefing-china-mfa-2025-10-13',
  ]);
  expect(new Set(sent.map((event) => event.id)).size).toBe(4);
  for (const event of sent) {
    const ruling = checkAgainstRecord(parsed(event), emptyRecord(event.stream));
    expect(ruling).toMatchObject({ outcome: 'accepted', warnings: [] });
    expect(parsed(event)).not.toHaveProperty('verbatim');
  }
});

describe('the agreement', () => {
  test('was signed by two parties on 8 September 2025', () => {
    const mou = reading('mou-ussm-fwo-2025');

    expect(headline(mou)).toBe(
      'Memorandum of understanding signed: US Strategic Metals and Frontier Works Organization, ' +
        'on the development of critical minerals',
    );
    expect(mou.span).toEqual({ earliest: '2025-09-08', latest: '2025-09-08' });
    expect(rolesByCountry(mou)).toEqual(
      new Map([
        ['US', ['party']],
        ['PK', ['party']],
      ]),
    );
    expect(mou.data).toMatchObject({
      amounts: [{ value: '500000000', currency: 'USD', role: 'commitment' }],
      goods: [{ description: 'copper' }, { description: 'gold' }, { description: 'tungsten' }],
    });
  });
});

describe('the shipment', () => {
  const shipment = reading('shipment-ussm-samples-2025');

  test('went from Pakistan to the United States, some day between the signing and the report', () => {
    expect(shipment.span).toEqual({ earliest: '2025-09-08', latest: '2025-10-13' });
    expect(shipment.data).toMatchObject({ dateBasis: 'inferred', dateVerbatim: 'recently' });
    expect(rolesByCountry(shipment)).toEqual(
      new Map([
        ['PK', ['origin']],
        ['US', ['destination', 'party']],
      ]),
    );
    expect(headline(shipment)).toBe(
      'Shipment dispatched: US Strategic Metals, antimony, copper concentrate and 2 more, ' +
        'from Pakistan to the United States',
    );
  });

  test('contains rare earths among others, and implements the agreement', () => {
    expect(topicsOf(shipment)).toEqual(['rare-earths', 'critical-minerals']);
    expect(linksOf(shipment).implements).toEqual(['mou-ussm-fwo-2025']);
  });
});

test('the company’s statement refers to both', () => {
  const statement = reading('briefing-ussm-samples-2025');

  expect(statement.data).toMatchObject({
    format: 'written-statement',
    statements: [{ about: ['shipment-ussm-samples-2025'] }, { about: ['mou-ussm-fwo-2025'] }],
  });
  expect(speechActsOf(statement)).toEqual(['announce', 'affirm']);
});

describe('the briefing', () => {
  const briefing = reading('briefing-china-mfa-2025-10-13');

  test('is China’s, and relays what Pakistan said', () => {
    expect(rolesByCountry(briefing)).toEqual(
      new Map([
        ['CN', ['host', 'issuer', 'speaker', 'target']],
        ['PK', ['mentioned', 'relayed']],
        ['US', ['mentioned']],
      ]),
    );
    expect(attributionOf(briefing)).toContainEqual([
      'Pakistan',
      'Lin Jian',
      'Xinhua',
      'English-language news report',
    ]);
  });

  test('denies first, and is about rare earths and export controls', () => {
    expect(speechActsOf(briefing)).toEqual(['deny', 'affirm', 'assure', 'reject']);
    expect(topicsOf(briefing).slice(0, 2)).toEqual(['rare-earths', 'export-controls']);
    expect(headline(briefing)).toBe(
      'Foreign Ministry of China, regular briefing: China’s new export restrictions on rare earths and related items ' +
        'have nothing to do with Pakistan.',
    );
  });
});
