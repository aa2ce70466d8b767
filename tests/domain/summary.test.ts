import { describe, expect, test } from '@jest/globals';
import { evolveRecord } from '../../src/domain/record/record.ts';
import { emptyRecord, type RecordVersion } from '../../src/domain/record/record-version.ts';
import {
  headline,
  headlineQuote,
  linksOf,
  rolesByCountry,
  speechActsOf,
  topicsOf,
} from '../../src/domain/record/summary.ts';
import { briefing, correction, id, link, mou, recorded, shipment } from './events.ts';

/** How the nth event reads after all of them. */
function reading(n: number, ...inputs: readonly object[]): RecordVersion {
  const state = recorded(...inputs).reduce(evolveRecord, emptyRecord('mou-refinery'));
  const version = state.versions.get(id(n));
  if (version === undefined) throw new Error(`No version ${n}`);
  return version;
}

function step(type: string, data: object) {
  return { ...(type.startsWith('Mou') ? mou : shipment), type, data };
}

function withData<Event extends { data: object }>(event: Event, more: object) {
  return { ...event, data: { ...event.data, ...more } };
}

const parties = 'US Strategic Metals and Frontier Works Organization';

describe('the quoted end of a headline', () => {
  const said = (value: string) => ({
    statements: [{ ...briefing.data.statements[0], text: [{ language: 'ur', value }] }],
  });

  test.each(['یہ کسی کے خلاف نہیں', 'two\n\t lines', 'x '.repeat(500)])(
    'is what was said first: %j',
    (text) => {
      const version = reading(1, withData(briefing, said(text)));
      const quote = headlineQuote(version);
      expect(quote?.language).toBe('ur');
      const quoted = headline(version).slice(quote?.from).replace('…', '');
      expect(text.replace(/\s+/g, ' ')).toContain(quoted);
      expect(headline(version).slice(0, quote?.from)).toMatch(/: $/);
    },
  );

  test('is absent without statements and in other events', () => {
    expect(headlineQuote(reading(1, withData(briefing, { statements: [] })))).toBeUndefined();
    expect(headlineQuote(reading(1, mou))).toBeUndefined();
  });
});

describe('the headline', () => {
  test.each([
    [mou, `Memorandum of understanding signed: ${parties}, on the development of critical minerals`],
    [
      step('MouAmended', { amendment: 'Tungsten added' }),
      `Memorandum of understanding amended: ${parties}; Tungsten added`,
    ],
    [
      step('MouEnteredIntoForce', { inForceFrom: '2026-01' }),
      `Memorandum of understanding in force: ${parties}, from 2026-01`,
    ],
    [
      step('MouTerminated', { terminatedOn: '2027', reason: 'No ore' }),
      `Memorandum of understanding terminated: ${parties}, on 2027; No ore`,
    ],
  ])('of an agreement names what, who and about what', (event, expected) => {
    expect(headline(reading(2, mou, event))).toBe(expected);
  });

  test.each([
    ['ShipmentDispatched', {}, 'Shipment dispatched: antimony, from Pakistan to the United States'],
    ['ShipmentArrived', {}, 'Shipment arrived: antimony, from Pakistan to the United States'],
    [
      'ShipmentReturned',
      { reason: 'Wet' },
      'Shipment returned: antimony, from Pakistan to the United States; Wet',
    ],
    ['ShipmentCancelled', {}, 'Shipment cancelled: antimony, from Pakistan to the United States'],
    [
      'ShipmentArrived',
      { consignor: { name: 'USSM', kind: 'company' }, destination: { country: 'CN', name: 'Qingdao' } },
      'Shipment arrived: USSM, antimony, from Pakistan to Qingdao (China)',
    ],
    [
      'ShipmentArrived',
      { goods: ['a', 'b', 'c', 'd'].map((description) => ({ description })) },
      'Shipment arrived: a, b and 2 more, from Pakistan to the United States',
    ],
  ])('of a %s with %j names the goods and the way', (type, data, expected) => {
    expect(headline(reading(2, shipment, step(type, data)))).toBe(expected);
  });

  test('of a step whose record has no signing uses its own fields', () => {
    expect(headline(reading(1, step('ShipmentArrived', {})))).toBe('Shipment arrived');
    expect(headline(reading(1, step('MouAmended', { amendment: 'Gold' })))).toBe('Agreement amended; Gold');
  });

  test.each([
    [{}, ': The measures have nothing to do with Pakistan.'],
    [{ statements: [] }, ': rare earths'],
    [{ statements: [], topics: [], spokespersons: [{ name: 'Lin Jian', kind: 'person' }] }, ': Lin Jian'],
    [{ statements: [], topics: [] }, ''],
  ])('of a briefing with %j names the institution and the first thing said', (data, gist) => {
    expect(headline(reading(1, withData(briefing, data)))).toBe(
      `Foreign Ministry of China, regular briefing${gist}`,
    );
  });

  test('is one line of at most 200 characters, cut between words', () => {
    const long = headline(reading(1, withData(mou, { subject: 'ore\n\tand '.repeat(200) })));
    expect(long).toMatch(/^Memorandum of .* (ore|and)…$/);
    expect(long.length).toBeLessThanOrEqual(200);
    const chinese = headline(reading(1, withData(mou, { subject: '𠮷'.repeat(500) })));
    expect(chinese.length).toBeLessThanOrEqual(200);
    expect(encodeURIComponent(chinese)).toContain('%E2%80%A6');
  });

  test('is that of the corrected payload', () => {
    const corrected = reading(1, mou, correction(1, { ...mou.data, instrument: 'treaty', subject: 'ores' }));
    expect(headline(corrected)).toBe(`Treaty signed: ${parties}, on ores`);
  });
});

describe('countries and their roles', () => {
  test('of a briefing: host, speakers and countries named in statements', () => {
    expect(rolesByCountry(reading(1, briefing))).toEqual(
      new Map([
        ['CN', ['host', 'issuer', 'speaker']],
        ['PK', ['mentioned']],
      ]),
    );
  });

  test('of an agreement: the parties and the country of signing', () => {
    const signed = reading(1, withData(mou, { place: { country: 'PK' } }));
    expect(rolesByCountry(signed)).toEqual(
      new Map([
        ['US', ['party']],
        ['PK', ['party', 'host']],
      ]),
    );
  });

  test('of a step: those of the first event, then its own, each once', () => {
    const carrier = { name: 'COSCO', kind: 'company', country: 'CN' };
    const arrival = step('ShipmentArrived', {
      carrier,
      places: [{ country: 'DE' }, { country: 'US' }],
      destination: { country: 'US' },
    });
    expect(rolesByCountry(reading(2, shipment, arrival))).toEqual(
      new Map([
        ['PK', ['origin']],
        ['US', ['destination', 'mentioned']],
        ['CN', ['mentioned']],
        ['DE', ['mentioned']],
      ]),
    );
  });

  test('of a step follow a correction of the first event', () => {
    const rerouted = correction(1, { ...shipment.data, destination: { country: 'CN' } });
    const arrival = reading(2, shipment, step('ShipmentArrived', {}), rerouted);
    expect([...rolesByCountry(arrival).keys()]).toEqual(['PK', 'CN']);
  });
});

test('topics are those of the first event, the event and its statements, each once', () => {
  expect(topicsOf(reading(1, briefing))).toEqual(['rare-earths', 'export-controls']);
  const arrival = step('ShipmentArrived', { topics: ['ports', 'rare-earths'] });
  expect(topicsOf(reading(2, shipment, arrival))).toEqual(['rare-earths', 'ports']);
});

test('speech acts are those of the statements, each once', () => {
  const [said] = briefing.data.statements;
  const statements = ['deny', 'assure', 'deny'].map((speechAct, key) => ({
    ...said,
    key: `${key}`,
    speechAct,
  }));
  expect(speechActsOf(reading(1, withData(briefing, { statements })))).toEqual(['deny', 'assure']);
  expect(speechActsOf(reading(1, mou))).toEqual([]);
});

describe('links', () => {
  test('a step implements what the first event does, unless it says otherwise', () => {
    const arrival = (data: object) => linksOf(reading(2, shipment, step('ShipmentArrived', data)));
    expect(arrival({})).toEqual({ implements: ['mou-refinery'] });
    expect(arrival({ implements: [] })).toEqual({});
    expect(arrival({ implements: ['mou-port'] })).toEqual({ implements: ['mou-port'] });
  });

  test('each relation has its list, without duplicates', () => {
    const relations = ['duplicate-of', 'contradicts', 'responds-to', 'cites', 'cites'];
    const linked = reading(1, mou, ...relations.map((relation) => link(id(1), 'mou-port', relation)));
    expect(linksOf(linked)).toEqual({
      contradicts: ['mou-port'],
      duplicates: ['mou-port'],
      respondsTo: ['mou-port'],
      cites: ['mou-port'],
    });
  });
});
