import { join } from 'node:path';
import { type Day, dayOfSerial } from '../../src/domain/values/edtf.ts';
import type { Position } from '../../src/event-store/event-store.ts';
import {
  type EntryVersion,
  type LogPoint,
  type Ordinal,
  type TimelineQuery,
  UNFILTERED,
} from '../../src/projector/timeline-store.ts';
import type { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { type Bench, WARM } from './bench.ts';
import type { Build } from './builds.ts';
import type { Benchmark } from './measure.ts';
import { type Random, seededRandom } from './random.ts';

export const KEY = 'US';
const PROJECTION = { name: 'country', version: 1 };
const EVENTS_PER_COMMIT = 1_000;
const READS = 40;
/** Sixty years. */
const DAYS = 21_916;
const BODY = 'x'.repeat(300);

const MIDDLE = { from: dayOfSerial(DAYS / 4), to: dayOfSerial((DAYS / 4) * 3) } as { from: Day; to: Day };

function word(text: string): TimelineQuery['text'][number] {
  return { words: [text], isPrefix: false };
}

/** Filters on a timeline in which half of the entries are signings with the role `party`, the others are briefings. */
const FILTERS: Readonly<Record<string, Partial<TimelineQuery>>> = {
  'a value that half of the entries have': { types: ['MouSigned'] },
  'a value that one entry in 300 has': { topics: ['topic-7'] },
  'a value that one entry has': { countries: ['TV'] },
  'a value that no entry has': { topics: ['never-mentioned'] },
  'a role that no entry has': { roles: ['guest'] },
  'a word that half of the entries have': { text: [word('signed')] },
  'a word that one entry in 300 has': { text: [word('subject7')] },
  'a word that one entry has': { text: [word('tuvalu')] },
  'a word that no entry has': { text: [word('never')] },
  'a phrase that no entry has, of common words': { text: [{ words: ['signed', 'signed'], isPrefix: false }] },
  'two common words that no entry has together': { text: [word('signed'), word('briefed')] },
  'a common word and a common type that no entry has together': {
    text: [word('signed')],
    types: ['BriefingHeld'],
  },
  'a beginning that one entry in ten has': { text: [{ words: ['subject7'], isPrefix: true }] },
  'an outlet that one entry in 100 has': { outlets: ['outlet 7'] },
  'an outlet that no entry has': { outlets: ['nobody'] },
  'a relay that one entry in 1,000 has': { relays: ['relay 7'] },
  'a relay that no entry has': { relays: ['nobody'] },
  'two common values that no entry has together': { types: ['MouSigned'], speechActs: ['affirm'] },
  'a common type and a common role that no entry has together': { types: ['BriefingHeld'], roles: ['party'] },
  'the same two within a range of days': { types: ['BriefingHeld'], roles: ['party'], ...MIDDLE },
};

/** Measures filters on one timeline that has every event, without HTTP. The rows go directly into a view file. */
export async function measureLongTimeline(bench: Bench): Promise<void> {
  const readers = new Map<Build, SqliteTimelineReader>();
  for (const build of bench.builds) readers.set(build, await writeTimeline(bench, build));
  const read = (build: Build, query: Partial<TimelineQuery>) => {
    const started = performance.now();
    for (let count = 0; count < READS; count += 1) {
      readers
        .get(build)
        ?.page(KEY, { ...UNFILTERED, order: 'desc', limit: 50, asOf: bench.events as Ordinal, ...query });
    }
    return Promise.resolve({ ms: (performance.now() - started) / READS });
  };
  const benchmarks = Object.entries(FILTERS).map(
    ([name, query]): Benchmark => ({
      name: `page of a long timeline, ${name}`,
      measure: (build) => read(build, query),
      baselines: [{ name: 'no filter', measure: () => read(bench.present, {}) }],
      aims: { ms: '≤ 1.5, or 5 ms' },
    }),
  );
  await bench.run(benchmarks, WARM);
  for (const reader of readers.values()) reader.close();
}

/** @returns a reader of a new view file with the entries */
export async function writeTimeline(bench: Bench, { dist }: Build): Promise<SqliteTimelineReader> {
  const views = join(dist, 'src/sqlite/views');
  const { SqliteViewFile } = await import(join(views, 'sqlite-view-file.js'));
  const reader = await import(join(views, 'sqlite-timeline-reader.js'));
  const path = join(await bench.newFolder('long-'), 'country.1.db');
  const compare = (a: string, b: string) => Number(a) - Number(b);
  const view = new SqliteViewFile(path, [PROJECTION], compare, 'building');
  const versions = longTimeline();
  for (let written = 0; written < bench.events; written += EVENTS_PER_COMMIT) {
    const batch = Array.from({ length: EVENTS_PER_COMMIT }, () => versions.next().value);
    const logPoints = batch.map(({ from }) => from);
    const checkpoint = { ...logPoints.at(-1), lineage: '00000000' };
    view.writer(PROJECTION.name).commit({ logPoints, versions: batch, links: [], checkpoint });
  }
  view.close();
  return new reader.SqliteTimelineReader(path, PROJECTION.name, compare);
}

/** Entries in random order of their dates. The entry of the event number 5,000 alone has the country TV. */
export function* longTimeline(): Generator<EntryVersion, never> {
  const random = seededRandom(1);
  for (let ordinal = 1; ; ordinal += 1) yield entry(ordinal, random);
}

function entry(ordinal: number, random: Random): EntryVersion {
  const instant = new Date(Date.UTC(2020, 0, 1) + ordinal * 1_000).toISOString();
  const [position, eventId] = [String(ordinal) as Position, String(ordinal)];
  const from: LogPoint = { ordinal: ordinal as Ordinal, position, instant, eventId };
  const day = dayOfSerial(random.between(0, DAYS));
  const isSigning = random.between(0, 1) === 1;
  const countries = ['US', `C${random.between(0, 150)}`, ...(ordinal === 5_000 ? ['TV'] : [])];
  const subject = random.between(0, 300);
  return {
    eventOrdinal: from.ordinal,
    item: 0,
    from,
    earliest: day,
    latest: day,
    rank: 0,
    reach: undefined,
    facets: {
      type: isSigning ? 'MouSigned' : 'BriefingHeld',
      countries,
      topics: [`topic-${subject}`],
      speechActs: isSigning ? [] : ['affirm'],
      speakers: [`speaker ${random.between(0, 3_000)}`],
      outlets: [`outlet ${random.between(0, 100)}`],
      relays: [`relay ${random.between(0, 1_000)}`],
      words: wordsOf(random, isSigning, subject, ordinal),
    },
    body: JSON.stringify({ id: ordinal, text: BODY }),
    partitions: new Map([[KEY, JSON.stringify({ roles: [isSigning ? 'party' : 'host'] })]]),
  };
}

/** Words as a text of this length has them: few are frequent, most are rare. */
export const VOCABULARY = Array.from({ length: 50_000 }, (_, index) => `w${index.toString(36)}`);
const WORDS = 40;

function wordsOf(random: Random, isSigning: boolean, subject: number, ordinal: number): string {
  const words = Array.from({ length: WORDS }, () => random.pickZipf(VOCABULARY));
  const special = [
    isSigning ? 'signed' : 'briefed',
    `subject${subject}`,
    ...(ordinal === 5_000 ? ['tuvalu'] : []),
  ];
  return ` ${[...special, ...words].join(' ')} `;
}
