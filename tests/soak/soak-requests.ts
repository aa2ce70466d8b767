import type { Random } from '../bench/random.ts';
import { COUNTRIES } from '../bench/read-rows.ts';

/** What a client has seen of a log, and can ask for again. */
export interface Seen {
  readonly ids: readonly string[];
  readonly streams: readonly string[];
  readonly positions: readonly string[];
  /** How many events the log has at least. */
  readonly events: number;
}

/** A GET request. */
export interface SoakRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const TOPICS = ['trade', 'rare-earths', 'sanctions', 'nuclear', 'climate', 'space'];
const TYPES = ['MouSigned', 'BriefingHeld', 'ShipmentAnnounced', 'MouAmended'];
const TEXTS = ['pak', 'chin', 'lin', 'zzz', 'Ирак', '巴基斯坦', 'a', 'côte'];
const ACTORS = ['us~lin-jian', 'cn~mao-ning', 'pk~ayesha-khan'];
const HTML = { accept: 'text/html' };
const FIRST_YEAR = 2009;
const YEARS = 28;

/** Every route that is read, and parameters that make most requests new ones, which no cache has. */
export function soakRequests(random: Random, seen: Seen): readonly SoakRequest[] {
  const paths = [
    ...timelinePaths(random).flatMap((path) => queries(random, seen).map((query) => `${path}?${query}`)),
    ...listPaths(random, seen),
    ...logPaths(random, seen),
    ...OTHER_PATHS,
  ];
  return paths.flatMap((path) => {
    return path.startsWith('/log/') || path.includes('/receipt')
      ? [{ path }]
      : [{ path }, { path, headers: HTML }];
  });
}

function timelinePaths(random: Random): readonly string[] {
  const [a, b] = random.pickSeveral(COUNTRIES, 2).sort();
  return [
    `/countries/${random.pick(COUNTRIES)}`,
    `/topics/${random.pick(TOPICS)}`,
    `/relations/${a}/${b}`,
    `/actors/${random.pick(ACTORS)}`,
    '/statements',
    '/mous/unknown',
    `/projections/country/timelines/${random.pick(COUNTRIES)}`,
  ];
}

/** Queries that every timeline takes. */
function queries(random: Random, { positions }: Seen): readonly string[] {
  const year = random.between(FIRST_YEAR, FIRST_YEAR + YEARS);
  const range = `from=${year}-0${random.between(1, 9)}&to=${year + random.between(1, 9)}`;
  const order = random.pick(['asc', 'desc']);
  const state = positions.length === 0 ? '' : `&asOf=${random.pick(positions)}`;
  return [
    `order=${order}`,
    `limit=${random.between(1, 200)}&order=${order}${state}`,
    `${range}&certain=${random.pick(['true', 'false'])}&order=${order}`,
    `${range}${state}`,
  ];
}

function listPaths(random: Random, { positions }: Seen): readonly string[] {
  const country = random.pick(COUNTRIES);
  const state = positions.length === 0 ? '' : `?asOf=${random.pick(positions)}`;
  return [
    ...['/countries', '/topics', '/relations', '/actors', '/mous'].flatMap((path) => [
      path,
      `${path}${state}`,
    ]),
    `/countries/${country}?types=${random.pick(TYPES)}&topics=${random.pick(TOPICS)}&order=desc`,
    `/countries/${country}?countries=${random.pick(COUNTRIES)}&roles=party`,
    `/statements?country=${country}&speechAct=deny&order=desc`,
    `/projections/country/timelines?limit=${random.between(1, 200)}`,
    `/search?q=${encodeURIComponent(random.pick(TEXTS) + random.between(0, 99))}`,
    `/search?q=${encodeURIComponent(random.pick(TEXTS))}`,
  ];
}

function logPaths(random: Random, { ids, streams, events }: Seen): readonly string[] {
  if (events === 0) return [];
  const [id, stream] = [random.pick(ids), random.pick(streams)];
  const from = random.between(1, events);
  return [
    '/events?order=desc&limit=1000',
    `/events?limit=${random.between(1, 1_000)}`,
    `/events/${id}`,
    `/events/${id}/receipt`,
    `/streams/${stream}`,
    `/mous/${stream}`,
    '/log/checkpoint',
    '/log/key',
    `/log/proof/inclusion?event=${id}`,
    `/log/proof/consistency?from=${from}&to=${random.between(from, events)}`,
  ];
}

const OTHER_PATHS = [
  '/',
  '/record',
  '/record/briefing',
  '/record/mou',
  '/docs',
  '/docs/http-api',
  '/docs/events',
  '/problems/unknown-event',
  '/projections',
  '/projections/country',
  '/projections/country/rebuild',
  '/healthz',
  '/readyz',
  '/no-such-page',
  '/countries/XX?no=1',
];
