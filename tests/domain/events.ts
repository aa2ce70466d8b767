import type { DomainEvent, StoredEvent } from '../../src/domain/events/event.ts';
import { type ParsedEvent, parseEvent } from '../../src/domain/events/parse.ts';

export const sources = [{ outlet: 'Dawn' }];

/** `0…0<n>`, so that expected values can be read. */
export function id(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export const mou = {
  type: 'MouSigned',
  stream: 'mou-refinery',
  occurred: '2025-09-08',
  data: {
    title: 'Refinery memorandum',
    instrument: 'mou',
    parties: [
      { name: 'US Strategic Metals', kind: 'company', country: 'US' },
      { name: 'Frontier Works Organization', kind: 'government-body', country: 'PK' },
    ],
    subject: 'the development of critical minerals',
    topics: ['critical-minerals'],
  },
  sources,
};

export const shipment = {
  type: 'ShipmentDispatched',
  stream: 'shipment-samples',
  occurred: '2025-10',
  data: {
    origin: { country: 'PK' },
    destination: { country: 'US' },
    goods: [{ description: 'antimony' }],
    implements: ['mou-refinery'],
    topics: ['rare-earths'],
  },
  sources,
};

export const briefing = {
  type: 'BriefingHeld',
  stream: 'briefing-mfa',
  occurred: '2025-10-13',
  data: {
    institution: { name: 'Foreign Ministry of China', kind: 'government-body', country: 'CN' },
    hosts: ['CN'],
    format: 'regular',
    statements: [
      {
        key: 'a',
        speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
        speechAct: 'deny',
        text: [{ language: 'en', value: 'The measures have nothing to do with Pakistan.' }],
        quoted: 'paraphrase',
        countries: [{ country: 'PK', role: 'mentioned' }],
        topics: ['export-controls'],
      },
    ],
    topics: ['rare-earths'],
  },
  sources,
};

/** The event as `parseEvent` has it; fails the test when it is refused. */
export function parsed(input: unknown): ParsedEvent {
  const result = parseEvent(input);
  if (result.outcome === 'refused') throw new Error(JSON.stringify(result.errors));
  return result.event;
}

/** The events as they are read back from the stream, with ids 1, 2, 3… and revisions 0, 1, 2… */
export function recorded(...inputs: readonly object[]): readonly DomainEvent[] {
  return inputs.map((input, index) => {
    const { category: _category, ...event } = parsed(input);
    return {
      stream: '',
      ...event,
      id: id(index + 1),
      revision: index,
      position: String(index + 1),
      recordedAt: '2025-10-14T00:00:00.000Z',
      actor: 'desk',
    } as DomainEvent;
  });
}

interface SentEvent {
  readonly type: string;
  readonly stream: string;
  readonly occurred: string;
  readonly data: object;
  readonly sources: readonly object[];
}

/** The nth event of a stream as the log holds it; `metadata` beside the actor. */
export function stored(
  n: number,
  { type, stream, occurred, data, sources }: SentEvent,
  metadata: object,
  verbatim?: object,
): StoredEvent {
  return {
    id: id(n),
    type,
    stream,
    revision: n - 1,
    position: String(n),
    recordedAt: '2025-10-14T00:00:00.000Z',
    metadata: JSON.stringify({ actor: 'desk', ...metadata }),
    content: JSON.stringify({ data, occurred, sources, verbatim }),
  };
}

export function correction(corrects: number, data: object, more: object = {}) {
  return curation('EventCorrected', { corrects: id(corrects), data, reason: 'Misread', ...more });
}

export function retraction(retracts: number) {
  return curation('EventRetracted', { retracts: id(retracts), reason: 'Recorded twice' });
}

export function link(from: string, to: string, relation = 'contradicts') {
  return curation('RecordLinked', { from, to, relation, basis: 'Both name the same ship' });
}

export function withdrawal(withdraws: number) {
  return curation('LinkWithdrawn', { withdraws: id(withdraws), reason: 'Another ship' });
}

function curation(type: string, data: object) {
  return { type, stream: 'mou-refinery', occurred: '2025-11-01', data, sources: [{ outlet: 'The desk' }] };
}
