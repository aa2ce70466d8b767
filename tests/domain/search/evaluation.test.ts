import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { hasTerms, parseTextQuery } from '../../../src/domain/search/text-query.ts';
import { searchableWords } from '../../../src/domain/search/words.ts';
import { openDatabase } from '../../../src/sqlite/driver.ts';
import { EVALUATION_SET } from './evaluation-set.ts';

type Search = (query: string) => readonly string[];

const documents = EVALUATION_SET.flatMap((language) => Object.entries(language.documents));
const database = openDatabase(':memory:');

afterAll(() => database.close());

const chancery: Search = (query) => {
  const parsed = parseTextQuery(query);
  if (parsed.outcome === 'refused') return [];
  return documents
    .filter(([, text]) => hasTerms(searchableWords([text]), parsed.terms))
    .map(([document]) => document);
};

/** Words, phrases and beginnings as the others take them. */
function partsOf(query: string): readonly { readonly text: string; readonly isPrefix: boolean }[] {
  return [...query.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word = '']) => {
    return { text: quoted ?? word.replace(/\*$/, ''), isPrefix: word.endsWith('*') };
  });
}

function fts5(name: string, tokenize: string, prepare: (text: string) => string = String): Search {
  database.exec(`CREATE VIRTUAL TABLE ${name} USING fts5(id UNINDEXED, text, tokenize = "${tokenize}")`);
  const insert = database.prepare(`INSERT INTO ${name} VALUES (?, ?)`);
  for (const [document, text] of documents) insert.run(document, prepare(text));
  const select = database.prepare<{ id: string }>(`SELECT id FROM ${name} WHERE ${name} MATCH ?`);
  return (query) => {
    const match = partsOf(query).map(
      ({ text, isPrefix }) => `"${prepare(text).trim()}"${isPrefix ? '*' : ''}`,
    );
    return select.all(match.join(' AND ')).map(({ id }) => id);
  };
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

function segments(text: string): string {
  return [...segmenter.segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment)
    .join(' ');
}

/** Han and Hangul as pairs of characters, the last one alone; a single character stays as it is. */
function pairs(text: string): string {
  return text.replace(/[\p{sc=Han}\p{sc=Hangul}]+/gu, (run) => {
    const characters = [...run];
    return ` ${
      characters
        .slice(1)
        .map((next, index) => `${characters[index]}${next}`)
        .join(' ') || run
    } `;
  });
}

const METHODS: Readonly<Record<string, Search>> = {
  'FTS5 `unicode61`': fts5('unicode', 'unicode61 remove_diacritics 2'),
  'FTS5 `trigram`': fts5('trigrams', 'trigram remove_diacritics 1'),
  '`Intl.Segmenter` and `unicode61`': fts5('segmented', 'unicode61 remove_diacritics 2', segments),
  'pairs and `unicode61`': fts5('paired', 'unicode61 remove_diacritics 2', pairs),
  Chancery: chancery,
};

/** Returns the precision and the recall of searches, over all documents that are found or should be. */
function evaluate(search: Search, searches: readonly (readonly [string, readonly string[]])[]) {
  let [right, found, relevant] = [0, 0, 0];
  for (const [query, expected] of searches) {
    const actual = search(query);
    right += actual.filter((document) => expected.includes(document)).length;
    found += actual.length;
    relevant += expected.length;
  }
  return { precision: found === 0 ? 1 : right / found, recall: right / relevant };
}

describe.each(EVALUATION_SET)('Searches in $language', ({ searches }) => {
  test('find nearly all that they should, and little else', () => {
    const { precision, recall } = evaluate(chancery, Object.entries(searches));
    expect(precision).toBeGreaterThanOrEqual(0.85);
    expect(recall).toBeGreaterThanOrEqual(0.75);
  });
});

test('The documentation has what the methods find', () => {
  const all = EVALUATION_SET.flatMap(({ searches }) => Object.entries(searches));
  const rows = Object.entries(METHODS).map(([name, search]) => {
    const { precision, recall } = evaluate(search, all);
    const byLanguage = EVALUATION_SET.map(({ searches }) =>
      evaluate(search, Object.entries(searches)).recall.toFixed(2),
    );
    return `| ${[name, precision.toFixed(2), recall.toFixed(2), ...byLanguage].join(' | ')} |`;
  });
  const docs = readFileSync(new URL('../../../src/docs/search.md', import.meta.url), 'utf8');
  expect(docs).toContain(rows.join('\n'));
});
