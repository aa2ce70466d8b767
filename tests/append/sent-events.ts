/** Events as a client sends them. */

const sources = [{ outlet: 'Dawn', url: 'https://www.dawn.com/news/1' }];

/** Returns a UUID that ends in the number. */
export function uuid(number: number): string {
  return `0199c000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

export const briefing = {
  type: 'BriefingHeld',
  occurred: '2025-10-13',
  data: {
    institution: { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'CN' },
    hosts: ['CN'],
    format: 'regular',
    topics: ['rare-earths'],
  },
  sources,
};

export const mou = {
  type: 'MouSigned',
  stream: 'mou-ussm-fwo-2025',
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
};

export const shipment = {
  type: 'ShipmentAnnounced',
  occurred: '2025-10',
  data: {
    origin: { country: 'PK' },
    destination: { country: 'US' },
    goods: [{ description: 'antimony' }],
    implements: [mou.stream],
    topics: ['rare-earths'],
  },
  sources,
};

export const amendment = {
  type: 'MouAmended',
  stream: mou.stream,
  occurred: '2025-11-01',
  data: { amendment: 'The refinery is to be built in Karachi.' },
  sources,
};

let corrections = 0;

/** Each correction without `data` gives the agreement another title, since one that changes nothing is refused. */
export function correction(corrects: string, stream: string = mou.stream, data: object = retitled()) {
  return {
    type: 'EventCorrected',
    stream,
    occurred: '2025-12-01',
    data: { corrects, data, reason: 'The outlet corrected its report.' },
    sources,
  };
}

function retitled(): object {
  corrections += 1;
  return { ...mou.data, title: `Memorandum of understanding, corrected title ${corrections}` };
}

export function retraction(retracts: string, stream: string = mou.stream) {
  const data = { retracts, reason: 'It did not happen.' };
  return { type: 'EventRetracted', stream, occurred: '2025-12-02', data, sources };
}
