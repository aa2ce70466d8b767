import { CITATION_FORMATS } from '../protocol/citation-response.ts';
import type { FormatName } from '../protocol/formats.ts';
import { atomFeed } from './atom.ts';
import { csvWriter } from './csv.ts';
import type { ExportWriter } from './export-writer.ts';
import type { FeedWriter } from './feed.ts';
import { geojsonWriter } from './geojson.ts';
import { icalendarWriter } from './icalendar.ts';
import { jsonFeed } from './json-feed.ts';
import { jsonLdWriter } from './json-ld.ts';
import { ndjsonWriter } from './ndjson.ts';
import { timelineJsWriter } from './timeline-js.ts';

/** The formats that have all items of a timeline or list, instead of a page. */
export const EXPORT_WRITERS: Partial<Record<FormatName, ExportWriter>> = {
  csv: csvWriter,
  ndjson: ndjsonWriter,
  geojson: geojsonWriter,
  jsonld: jsonLdWriter,
  timelinejs: timelineJsWriter,
  ics: icalendarWriter,
};

/** The formats that have the latest changes, page by page. */
export const FEED_WRITERS: Partial<Record<FormatName, FeedWriter>> = {
  atom: atomFeed,
  jsonfeed: jsonFeed,
};

/** The formats of timelines in addition to their pages. */
export const EXPORT_FORMATS = [
  ...Object.keys(EXPORT_WRITERS),
  ...Object.keys(FEED_WRITERS),
  'datapackage',
  ...CITATION_FORMATS,
] as readonly FormatName[];
