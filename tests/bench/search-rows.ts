import { daySerial } from '../../src/domain/values/edtf.ts';
import { type Ordinal, type TimelineQuery, UNFILTERED } from '../../src/projector/timeline-store.ts';
import { type Database, openDatabase } from '../../src/sqlite/driver.ts';
import type { SqliteTimelineReader } from '../../src/sqlite/views/sqlite-timeline-reader.ts';
import { type Bench, WARM } from './bench.ts';
import type { Build } from './builds.ts';
import { KEY, longTimeline, VOCABULARY, writeTimeline } from './long-timeline-rows.ts';
import { type Figures, quantile } from './measure.ts';
import { seededRandom } from './random.ts';

const QUERIES = 200;
const ROWS_PER_TRANSACTION = 10_000;

/** Beginnings have at least three letters. */
const LONGER_WORDS = VOCABULARY.filter(({ length }) => length > 2);

type Terms = TimelineQuery['text'];

/** Measures searches of one to three words in the timeline of all events, beside FTS5 with nothing around it. */
export async function measureSearch(bench: Bench): Promise<void> {
  const readers = new Map<Build, SqliteTimelineReader>();
  for (const build of bench.builds) readers.set(build, await writeTimeline(bench, build));
  const bare = writeBareIndex(bench);
  const select = bare.prepare(
    `SELECT body FROM found JOIN text ON text.id = found.rowid
     WHERE found MATCH ? ORDER BY found.rowid DESC LIMIT 50`,
  );
  const search = (build: Build, text: Terms) =>
    readers.get(build)?.page(KEY, {
      ...UNFILTERED,
      text,
      order: 'desc',
      limit: 50,
      asOf: bench.events as Ordinal,
    });
  const phrase = ({ words, isPrefix }: Terms[number]) => `"${words.join(' ')}"${isPrefix ? '*' : ''}`;
  const searchBare = (text: Terms) => select.all(text.map(phrase).join(' AND '));
  await bench.run(
    [
      {
        name: 'search for words, 50 entries',
        measure: async (build) => figuresOf((text) => search(build, text)),
        baselines: [{ name: 'bare FTS5', measure: async () => figuresOf(searchBare) }],
        aims: { 'searches/s': '≥ 0.6', 'ms p50': '≤ 20 ms', 'ms p99': '≤ 100 ms' },
      },
    ],
    WARM,
  );
  bare.close();
  for (const reader of readers.values()) reader.close();
}

/** Searches for words as they are drawn from texts, so frequent words are frequent in the searches as well. */
function figuresOf(search: (text: Terms) => unknown): Figures {
  const random = seededRandom(7);
  const milliseconds = Array.from({ length: QUERIES }, (_, index) => {
    const isPhrase = index % 10 === 4;
    const isPrefix = index % 10 === 5;
    const choice = isPrefix ? LONGER_WORDS : VOCABULARY;
    const words = Array.from({ length: 1 + (index % 3) }, () => random.pickZipf(choice));
    const text = isPhrase ? [{ words, isPrefix }] : words.map((word) => ({ words: [word], isPrefix }));
    const started = performance.now();
    search(text);
    return performance.now() - started;
  });
  return {
    'searches/s': (QUERIES * 1000) / milliseconds.reduce((sum, ms) => sum + ms, 0),
    'ms p50': quantile(milliseconds, 0.5),
    'ms p99': quantile(milliseconds, 0.99),
  };
}

/** The same texts, and what a page of results shows of them, in the same order. */
function writeBareIndex(bench: Bench): Database {
  const db = openDatabase(bench.path(`bare-${bench.events}.db`));
  db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE TABLE text (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE VIRTUAL TABLE found USING fts5(words, content = '')`);
  const insert = db.prepare('INSERT INTO text VALUES (?, ?)');
  const index = db.prepare('INSERT INTO found (rowid, words) VALUES (?, ?)');
  const entries = longTimeline();
  for (let written = 0; written < bench.events; written += ROWS_PER_TRANSACTION) {
    db.exec('BEGIN');
    const batch = Array.from({ length: ROWS_PER_TRANSACTION }, () => entries.next().value);
    const rows = batch.map(({ earliest, eventOrdinal, body, facets }) => ({
      id: (earliest === undefined ? 0 : daySerial(earliest)) * 10_000_000 + eventOrdinal,
      body,
      words: facets.words ?? '',
    }));
    for (const { id, body, words } of rows.sort((a, b) => a.id - b.id)) {
      insert.run(id, body);
      index.run(id, words);
    }
    db.exec('COMMIT');
  }
  return db;
}
