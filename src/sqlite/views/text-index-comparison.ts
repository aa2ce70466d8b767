import type { Database } from '../driver.ts';
import { facetIds } from './facet-table.ts';
import { facetWord, ROW_NUMBER, timelineWord } from './text-index.ts';

interface IndexedContent {
  readonly id: number;
  readonly words: string;
  readonly facets: string;
  /** Ids of the timelines whose rows the index has to have, as a JSON array. */
  readonly timelines: string;
}

/**
 * Returns how the text index of a view file differs from its other tables. Readers trust it: pages with words do not
 * have what it lacks. What it has beyond that costs them time only, as they compare the words of a content.
 */
export function textIndexDifferences(database: Database, schema: string): readonly string[] {
  const { contents, find } = prepare(database, schema);
  let after = -1;
  for (let missing: number | undefined; ; ) {
    const part = contents.all(after);
    for (const { id, words, facets, timelines } of part) {
      const distinct = [...new Set([...words.split(/\s+/), ...facetIds(facets).map(facetWord)])].filter(
        Boolean,
      );
      const wanted = distinct.map((word) => `"${word}"`).join(' AND ');
      const isFound = (JSON.parse(timelines) as readonly number[]).every((timeline) => {
        return find.get(`"${timelineWord(timeline)}" AND ${wanted}`, id) !== undefined;
      });
      if (!isFound) missing = id;
    }
    if (missing !== undefined) return [`text index: it does not find the content ${missing} by its words`];
    const last = part.at(-1);
    if (last === undefined) return [];
    after = last.id;
  }
}

function prepare(db: Database, schema: string) {
  return {
    contents: db.prepare<IndexedContent>(
      `SELECT content.id, words, content.facets,
         json_group_array(DISTINCT entry.timeline) AS timelines
       FROM (SELECT content, words FROM ${schema}.content_words WHERE content > ? ORDER BY content LIMIT 1000)
         AS part JOIN ${schema}.content ON content.id = part.content
         JOIN ${schema}.timeline JOIN ${schema}.projection ON projection.id = timeline.projection
         JOIN ${schema}.entry ON entry.timeline = timeline.id AND entry.content = content.id
           AND entry.from_ordinal <= projection.text_ordinal
       GROUP BY content.id ORDER BY content.id`,
    ),
    find: db.prepare(
      `SELECT 1 FROM ${schema}.text_index AS found
         JOIN ${schema}.text_row ON text_row.number = found.${ROW_NUMBER}
       WHERE found.text_index MATCH ? AND text_row.content = ? LIMIT 1`,
    ),
  };
}
