import type { JsonObject, JsonValue } from '../../src/domain/values/json.ts';
import type { Random } from './random.ts';

// Countries, topics, outlets, people and speech acts are sorted by how often they are drawn, the most frequent first.

const COUNTRIES = `
  US CN RU IN PK GB FR DE JP IR IL UA SA TR KR AU BR CA IT AE EG ID VN ZA QA NG KP MX AF SY IQ TH MY
  SG PH BD LK NP KZ UZ MN CL PE AR CO VE CU KE ET GH MA DZ TN PL CZ HU RO SE NO FI NL BE ES PT GR CH
  AT NZ
`
  .trim()
  .split(/\s+/);
const TOPICS = `
  trade rare-earths export-controls sanctions critical-minerals nuclear tariffs climate energy
  counter-terrorism human-rights semiconductors oil gas arms-control cyber migration space health
  fisheries water ports railways aviation agriculture education tourism shipping debt investment
  copper lithium gold tungsten antimony visas border ceasefire prisoners hostages
`
  .trim()
  .split(/\s+/);
const OUTLETS = [
  'Xinhua',
  'Reuters',
  'Dawn',
  'AFP',
  'Kyodo News',
  'TASS',
  'Anadolu',
  'Yonhap',
  'APP',
  'ANSA',
];
const PEOPLE = [
  'Lin Jian',
  'Mao Ning',
  'Maria Orlova',
  'James Carter',
  'Ayesha Khan',
  'Kenji Sato',
  'Ana Lopez',
];
const SPEECH_ACTS = `
  affirm deny announce assure accuse condemn demand request reject threaten promise thank apologise
  decline-to-comment not-aware refer-elsewhere
`
  .trim()
  .split(/\s+/);
const SENTENCES = [
  'Both sides maintain close communication on issues of mutual concern.',
  'The measures are taken in accordance with laws and regulations.',
  'These reports are based on a misunderstanding of the facts.',
  'The cooperation will not be affected by any third party.',
  'We have taken note of the reports and are looking into the matter.',
  'The agreement opens a new chapter in relations that have grown over decades.',
  'We call upon all parties to exercise restraint and return to dialogue.',
];
const GOODS = [
  'copper concentrate',
  'antimony',
  'neodymium',
  'wheat',
  'medical supplies',
  'rail cars',
  'lithium',
];
const ROLES = ['target', 'mentioned'];

export type Payload = Record<string, JsonValue>;

export function drawCountry(random: Random): string {
  return random.pickZipf(COUNTRIES);
}

export function drawTopics(random: Random): string[] {
  return random.pickSeveral(TOPICS, random.between(1, 3));
}

function sentences(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(SENTENCES)).join(' ');
}

function actor(random: Random, kind: string, name: string, country: string): JsonObject {
  return { name: `${name} of ${country}, office ${random.between(1, 40)}`, kind, country };
}

export function sources(random: Random, day: string): JsonObject[] {
  const outlet = random.pickZipf(OUTLETS);
  const url = `https://news.example/${day}/${random.between(1, 1_000_000)}`;
  return [{ outlet, url, language: 'en', publishedOn: day, reliability: random.pick(['A', 'B', 'C']) }];
}

function statement(random: Random, key: string, host: string): JsonObject {
  const speaker = { name: random.pickZipf(PEOPLE), kind: 'person', country: host };
  return {
    key,
    speaker,
    speechAct: random.pickZipf(SPEECH_ACTS),
    text: [{ language: 'en', value: sentences(random, 1) }],
    quoted: random.pick(['verbatim', 'paraphrase']),
    countries: [{ country: drawCountry(random), role: random.pick(ROLES) }],
    topics: random.pickSeveral(TOPICS, 1),
    attribution: [speaker, { name: random.pickZipf(OUTLETS), kind: 'media' }],
  };
}

export function briefing(random: Random): Payload {
  const host = drawCountry(random);
  return {
    institution: actor(random, 'government-body', 'Ministry of Foreign Affairs', host),
    spokespersons: [{ name: random.pickZipf(PEOPLE), kind: 'person', country: host }],
    hosts: [host],
    format: random.pick(['regular', 'special', 'gaggle']),
    languages: ['en'],
    transcripts: [],
    statements: Array.from({ length: random.between(1, 3) }, (_, index) =>
      statement(random, `s${index + 1}`, host),
    ),
    topics: drawTopics(random),
  };
}

export function mou(random: Random): Payload {
  const [home = 'PK', abroad = 'US'] = random.pickSeveral(COUNTRIES, 2);
  const parties = [
    actor(random, 'company', 'Strategic Metals Company', home),
    actor(random, 'government-body', 'Frontier Works Authority', abroad),
  ];
  return {
    title: `Memorandum of understanding on ${random.pickZipf(TOPICS)} between partners in ${home} and ${abroad}`,
    instrument: random.pick(['mou', 'letter-of-intent', 'framework-agreement']),
    binding: false,
    parties,
    signatories: [],
    subject: sentences(random, 3),
    commitments: ['1', '2'].map((key) => ({ key, text: sentences(random, 2) })),
    amounts: [
      { value: `${random.between(1, 900)}000000`, currency: 'USD', qualifier: 'about', role: 'investment' },
    ],
    goods: [{ description: random.pick(GOODS) }],
    topics: drawTopics(random),
  };
}

/** An agreement of many states. */
export function treaty(random: Random, parties: number): Payload {
  return {
    ...mou(random),
    instrument: 'treaty',
    parties: random
      .pickSeveral(COUNTRIES, parties)
      .map((country) => ({ name: `State ${country}`, kind: 'state', country })),
  };
}

/** A shipment of which little is known. */
export function smallShipment(random: Random): Payload {
  const [from = 'PK', to = 'US'] = random.pickSeveral(COUNTRIES, 2);
  return {
    origin: { country: from },
    destination: { country: to },
    goods: [{ description: random.pick(GOODS) }],
  };
}

/** @param implemented names of the agreements that the shipment implements */
export function shipment(random: Random, implemented: readonly string[]): Payload {
  const [from = 'PK', to = 'US'] = random.pickSeveral(COUNTRIES, 2);
  return {
    consignor: actor(random, 'company', 'Strategic Metals Company', from),
    consignee: actor(random, 'company', 'Polymetallic Refinery', to),
    carrier: actor(random, 'company', 'Ocean Carriers', random.pick([from, to])),
    origin: { country: from, name: `Port of ${from}, the old harbour behind the free trade zone` },
    destination: { country: to, name: `Port of ${to}, container terminal ${random.between(1, 9)}` },
    mode: random.pick(['sea', 'air', 'rail']),
    goods: random.pickSeveral(GOODS, 2).map((description) => ({
      description,
      quantity: { value: `${random.between(1, 500)}`, unit: 'tonne', qualifier: 'exact' },
    })),
    implements: [...implemented],
    topics: drawTopics(random),
  };
}
