import { CURATED } from './history.ts';

/** A GET request. */
export interface RecordedRequest {
  readonly path: string;
  readonly accept?: 'text/html';
  readonly acceptLanguage?: string;
  /** How many further pages to request, each at the `next` link of the one before. */
  readonly following?: number;
}

const NOTHING = 'from=1901&to=1902';
/** A position and an instant early in the log, after the events that are not generated, and the last position. */
const STATES = ['asOf=60', 'asOf=2026-01-05T16:30:00Z', 'asOf=430', 'asOf=2026-01-05T20:00:00%2B01:00'];

/** Queries of every timeline. */
const RANGES = [
  '',
  'order=desc',
  'limit=3',
  'limit=7&order=desc',
  'from=2009-01-20',
  'to=2009-01-20',
  'from=2009-01-10&to=2009-01-25&order=desc',
  'from=2009-01-10&to=2009-01-25&certain=true',
  NOTHING,
  ...STATES,
  `${STATES[0]}&order=desc&limit=5`,
  `${STATES[2]}&from=2009-01-10&to=2009-02-10&certain=true&limit=9`,
];

/** Filters of timelines of events. */
const FILTERS = [
  'types=MouSigned',
  'types=BriefingHeld,ShipmentAnnounced&order=desc',
  'types=MeasureLifted',
  'countries=CN',
  'countries=CN,RU&limit=5',
  'countries=NZ,AT&types=MouTerminated',
  'topics=trade',
  'topics=trade,nuclear&order=desc&limit=6',
  'topics=prisoners&types=MouAmended',
  'speechActs=deny',
  'speechActs=deny,assure&countries=PK',
  'types=BriefingHeld&countries=CN&topics=trade&speechActs=affirm,deny&from=2009-01&to=2009-02&limit=4',
  `topics=trade&countries=CN&${STATES[2]}`,
];

const STATEMENT_FILTERS = [
  'speechAct=deny',
  'speechAct=deny,accuse&order=desc&limit=6',
  'speaker=lin%20jian',
  'speaker=Zo%C3%AB%20%C5%81ukasz-%C3%96zt%C3%BCrk&speechAct=assure',
  'speaker=nobody%20at%20all',
  'topics=trade&countries=PK',
  `speechAct=affirm&${STATES[1]}`,
];

/** Paths of timelines → their queries. */
const TIMELINES: readonly (readonly [path: string, queries: readonly string[]])[] = [
  [
    '/countries/US',
    [...RANGES, ...FILTERS, 'roles=host', 'roles=party,origin&order=desc', 'roles=interceptor'],
  ],
  ['/countries/PK', [...RANGES, ...FILTERS, 'roles=target&speechActs=deny']],
  ['/topics/trade', [...RANGES, ...FILTERS]],
  ['/relations/CN/US', [...RANGES, ...FILTERS, 'roles=CN:speaker', 'roles=CN:host,US:mentioned&limit=2']],
  ['/relations/AL/AM', ['', 'types=MouParticipationChanged', STATES[0] ?? '']],
  ['/actors/cn~lin-jian', [...RANGES, 'roles=speaker', 'roles=party', 'topics=trade&speechActs=affirm']],
  ['/actors/cn~外交部', ['', 'roles=issuer&limit=4', 'roles=relayer&order=desc']],
  ['/actors/nato', ['', 'roles=witness']],
  ['/statements', [...RANGES, ...STATEMENT_FILTERS]],
  ['/statements?country=PK', [...RANGES.slice(0, 8), ...STATEMENT_FILTERS]],
  ['/statements?about=mou-treaty-of-thirty', ['', 'speechAct=deny&limit=2', NOTHING]],
  ['/mous/mou-treaty-of-thirty', ['', 'asOf=362']],
  ['/mous/unknown', [...RANGES.slice(0, 4), 'types=ShipmentAnnounced&countries=PK', 'topics=trade']],
  ['/projections/country/timelines/FR', ['', 'types=MouSigned&order=desc', STATES[1] ?? '']],
];

const LISTS = ['/countries', '/topics', '/relations', '/actors', '/mous', '/mous?shipments=none'];
const LIST_QUERIES = ['', 'limit=4', STATES[0] ?? '', STATES[3] ?? ''];

const OTHERS: readonly RecordedRequest[] = [
  { path: '/projections/topic/timelines?limit=5', following: 1 },
  { path: '/search?q=pak' },
  { path: '/search?q=chin', acceptLanguage: 'fr' },
  { path: '/search?q=ministry' },
  { path: '/search?q=trade' },
  { path: '/events?limit=20', following: 2 },
  { path: '/events?order=desc&limit=20' },
  { path: '/streams/mou-treaty-of-thirty?limit=3', following: 1 },
  { path: '/streams/mou-nobody-knows' },
  ...Object.values(CURATED).map((id) => ({ path: `/events/${id}` })),
  { path: '/countries/Deutschland' },
  { path: '/countries/nowhere' },
  { path: '/relations/US/CN' },
  { path: '/actors/OTAN' },
  { path: '/actors/xx~nobody' },
  { path: '/topics/never-mentioned' },
  { path: '/topics/nothing-yet' },
  { path: '/mous/mou-unseen' },
  { path: '/countries/US?colour=red' },
  { path: '/countries/US?roles=speakr&from=2009-02&to=2009-01' },
  { path: '/countries/US?asOf=99999' },
  { path: '/countries/US?cursor=nonsense' },
];

const PAGES = [
  '/countries/US',
  '/countries/US?order=desc&limit=5&types=BriefingHeld',
  '/countries/PK?from=2009-01&to=2009-02&certain=true',
  `/countries/CN?${STATES[1]}`,
  '/topics/trade',
  '/relations/CN/US',
  '/relations/AL/AM',
  '/actors/cn~lin-jian',
  '/actors/cn~外交部',
  '/statements?speechAct=deny',
  '/statements?country=PK',
  '/mous/mou-treaty-of-thirty',
  '/mous/unknown',
  ...LISTS,
  '/search?q=pak',
  '/streams/mou-treaty-of-thirty',
  `/events/${CURATED.corrected}`,
  '/countries/nowhere',
];

/** Lists the requests, in the order in which they are sent. */
export function recordedRequests(): readonly RecordedRequest[] {
  const timelines = TIMELINES.flatMap(([path, queries]) => queries.map((query) => withQuery(path, query)));
  const lists = LISTS.flatMap((path) => LIST_QUERIES.map((query) => withQuery(path, query)));
  const pages = PAGES.map((path): RecordedRequest => ({ path: encodeURI(path), accept: 'text/html' }));
  return [...timelines, ...lists, ...OTHERS, ...pages];
}

/** Follows two further pages of the short pages. */
function withQuery(path: string, query: string): RecordedRequest {
  const separator = path.includes('?') ? '&' : '?';
  const target = encodeURI(path) + (query === '' ? '' : `${separator}${query}`);
  return query.includes('limit=') ? { path: target, following: 2 } : { path: target };
}
