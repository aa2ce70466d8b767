import type { Category, ContentTypeName } from '../../domain/event-types/registry.ts';
import type { SentEvent } from './sent-event.ts';

type DefaultEvent<Type extends ContentTypeName> = Pick<SentEvent<Type>, 'occurred' | 'data' | 'sources'> & {
  readonly category: Category;
};

const sources = [{ outlet: 'Dawn', url: 'https://www.dawn.com/news/1' }];

/** What the builders say of an event when nothing else is given: the affair of the rare-earth samples of 2025. */
export const defaultEvents: { readonly [Type in ContentTypeName]: DefaultEvent<Type> } = {
  BriefingHeld: {
    category: 'briefing',
    occurred: '2025-10-13',
    data: {
      institution: { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'CN' },
      host: 'CN',
      format: 'regular',
      topics: ['rare-earths'],
    },
    sources,
  },
  MouSigned: {
    category: 'mou',
    occurred: '2025-09-08',
    data: {
      title: 'Memorandum of understanding on critical minerals',
      instrument: 'mou',
      parties: [
        { name: 'US Strategic Metals', kind: 'company', country: 'US' },
        { name: 'Frontier Works Organization', kind: 'government-body', country: 'PK' },
      ],
      subject: 'the development of critical minerals',
      topics: ['critical-minerals'],
    },
    sources,
  },
  MouAmended: {
    category: 'mou',
    occurred: '2025-11-01',
    data: { amendment: 'The refinery is to stand in Karachi.' },
    sources,
  },
  MouEnteredIntoForce: {
    category: 'mou',
    occurred: '2025-11-15',
    data: { inForceFrom: '2025-11-15' },
    sources,
  },
  MouTerminated: {
    category: 'mou',
    occurred: '2025-12-31',
    data: { terminatedOn: '2025-12-31' },
    sources,
  },
  ShipmentAnnounced: {
    category: 'shipment',
    occurred: '2025-10-02',
    data: {
      origin: { country: 'PK' },
      destination: { country: 'US' },
      goods: [{ description: 'antimony' }],
      topics: ['rare-earths'],
    },
    sources,
  },
  ShipmentDispatched: { category: 'shipment', occurred: '2025-10-03', data: {}, sources },
  ShipmentArrived: { category: 'shipment', occurred: '2025-10-20', data: {}, sources },
  ShipmentReturned: { category: 'shipment', occurred: '2025-10-25', data: {}, sources },
  ShipmentCancelled: { category: 'shipment', occurred: '2025-10-04', data: {}, sources },
};
