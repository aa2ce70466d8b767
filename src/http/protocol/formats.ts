/** How a format is offered to readers: as a file, as a subscription, or as a citation. */
export type FormatUse = 'download' | 'subscribe' | 'cite';

export interface Format {
  /** Media type without parameters, as `Accept` names it. */
  readonly mediaType: string;
  /** `Content-Type` of a response, if it has parameters. */
  readonly contentType?: string;
  /** Appended to the path of a resource, it asks for this format: `/countries/PK.csv`. */
  readonly suffix?: string;
  readonly title: string;
  /** Where pages link to it; nowhere if absent. */
  readonly use?: FormatUse;
}

/**
 * Every format that resources are served in. `Accept`, suffixes, 406 responses, routes and the links of pages follow
 * this table. Of formats that a client accepts equally, the first one is sent.
 */
export const FORMATS = {
  json: { mediaType: 'application/json', suffix: 'json', title: 'JSON', use: 'download' },
  html: { mediaType: 'text/html', contentType: 'text/html; charset=utf-8', title: 'page' },
  csv: {
    mediaType: 'text/csv',
    contentType: 'text/csv; charset=utf-8; header=present',
    suffix: 'csv',
    title: 'CSV',
    use: 'download',
  },
  ndjson: { mediaType: 'application/x-ndjson', suffix: 'ndjson', title: 'NDJSON', use: 'download' },
  sse: { mediaType: 'text/event-stream', title: 'server-sent events' },
  geojson: { mediaType: 'application/geo+json', suffix: 'geojson', title: 'GeoJSON', use: 'download' },
  jsonld: { mediaType: 'application/ld+json', suffix: 'jsonld', title: 'JSON-LD', use: 'download' },
  timelinejs: {
    mediaType: 'application/vnd.knightlab.timeline+json',
    suffix: 'timelinejs',
    title: 'TimelineJS',
    use: 'download',
  },
  datapackage: {
    mediaType: 'application/vnd.datapackage+json',
    suffix: 'datapackage.json',
    title: 'data package of the CSV file',
  },
  cloudevent: {
    mediaType: 'application/cloudevents+json',
    contentType: 'application/cloudevents+json; charset=utf-8',
    suffix: 'cloudevent',
    title: 'CloudEvents',
    use: 'download',
  },
  atom: {
    mediaType: 'application/atom+xml',
    contentType: 'application/atom+xml; charset=utf-8',
    suffix: 'atom',
    title: 'Atom',
    use: 'subscribe',
  },
  jsonfeed: {
    mediaType: 'application/feed+json',
    suffix: 'jsonfeed',
    title: 'JSON Feed',
    use: 'subscribe',
  },
  ics: {
    mediaType: 'text/calendar',
    contentType: 'text/calendar; charset=utf-8',
    suffix: 'ics',
    title: 'iCalendar',
    use: 'subscribe',
  },
  citation: {
    mediaType: 'text/x-bibliography',
    contentType: 'text/x-bibliography; charset=utf-8',
    suffix: 'txt',
    title: 'text',
    use: 'cite',
  },
  bibtex: {
    mediaType: 'application/x-bibtex',
    contentType: 'application/x-bibtex; charset=utf-8',
    suffix: 'bib',
    title: 'BibTeX',
    use: 'cite',
  },
  ris: {
    mediaType: 'application/x-research-info-systems',
    contentType: 'application/x-research-info-systems; charset=utf-8',
    suffix: 'ris',
    title: 'RIS',
    use: 'cite',
  },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

/** Returns the `Content-Type` of a format. */
export function contentTypeOf(name: FormatName): string {
  const { mediaType, contentType = mediaType }: Format = FORMATS[name];
  return contentType;
}

const BY_SUFFIX = new Map(
  (Object.entries(FORMATS) as [FormatName, Format][]).flatMap(([name, { suffix }]) =>
    suffix === undefined ? [] : [[suffix, name] as const],
  ),
);
/** The shortest stem counts, so that `datapackage.json` is one suffix. */
const SUFFIXED = new RegExp(`^(.*?[^/])\\.(${[...BY_SUFFIX.keys()].join('|').replaceAll('.', '\\.')})$`);

export interface SuffixedPath {
  /** The path without the suffix. */
  readonly path: string;
  readonly format: FormatName;
}

/** Splits the suffix of a format off a path; returns undefined if it has none. A dot written as `%2E` is no suffix. */
export function splitSuffix(path: string): SuffixedPath | undefined {
  const [, stem = '', suffix = ''] = SUFFIXED.exec(path) ?? [];
  const format = BY_SUFFIX.get(suffix);
  return format && { path: stem, format };
}

/** Returns the URL of the same resource and query in a format. */
export function urlInFormat(path: string, query: string, name: FormatName): string {
  const { suffix }: Format = FORMATS[name];
  return `${path}${suffix === undefined ? '' : `.${suffix}`}${query}`;
}
