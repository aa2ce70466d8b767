import type { Problem } from '../protocol/problems.ts';
import type { TimelineLocation } from './timeline-routes.ts';

/** The timelines at URLs of one pattern. */
export interface LocatablePattern {
  /** In the syntax of Express, such as `/countries/:code`. */
  readonly pattern: string;
  /** @param url path and query */
  readonly locate: (params: PathParameters, url: string) => TimelineLocation;
}

export type PathParameters = Readonly<Record<string, string>>;

export interface LocatedTimeline<Row extends LocatablePattern> {
  readonly row: Row;
  /** In its canonical spelling. */
  readonly path: string;
  readonly params: PathParameters;
  /** Key of the timeline in its projection. */
  readonly key: string;
}

/**
 * Finds the timeline of a URL, also under other spellings. Undefined if no pattern matches its path. If several match,
 * the first one counts.
 *
 * @param search the query with its question mark
 */
export function locateTimeline<Row extends LocatablePattern>(
  rows: readonly Row[],
  path: string,
  search: string,
): LocatedTimeline<Row> | { readonly problem: Problem } | undefined {
  for (const row of rows) {
    const params = matchPath(row.pattern, path);
    if (params === undefined) continue;
    const location = row.locate(params, `${path}${search}`);
    switch (location.kind) {
      case 'timeline':
        return { row, path, params, key: location.key };
      case 'moved':
        return location.path === path ? undefined : locateTimeline(rows, location.path, search);
      case 'refused':
        return location;
    }
  }
  return undefined;
}

/** Returns the decoded segments that the pattern names; undefined if the path does not match. */
function matchPath(pattern: string, path: string): PathParameters | undefined {
  const [names, segments] = [pattern.split('/'), path.split('/')];
  if (names.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const segment = decodedSegment(segments[index] ?? '');
    if (segment === undefined) return undefined;
    if (name.startsWith(':') && segment !== '') params[name.slice(1)] = segment;
    else if (name !== segment) return undefined;
  }
  return params;
}

function decodedSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
