import type { Permission } from '../../access/permissions.ts';
import type { FormatLink } from '../../web/components/view-links.ts';
import { FORMATS, type Format, type FormatName, urlInFormat } from '../protocol/formats.ts';
import type { Request } from '../protocol/handler.ts';
import { queryStringOf } from '../protocol/query.ts';

type Use = FormatLink['use'];

/**
 * Returns links to what the page shows in the other formats of the resource, with the parameters that they take.
 *
 * @param token of the state to be cited; undefined if the resource has no other states
 * @param permissions that formats need besides that of the page
 */
export function formatLinks(
  { path, originalUrl }: Pick<Request<unknown>, 'path' | 'originalUrl'>,
  formats: readonly FormatName[],
  token: string | undefined,
  parametersOf: (format: FormatName) => readonly string[],
  permissions: Partial<Record<FormatName, Permission>> = {},
): readonly FormatLink[] {
  const requested = [...new URLSearchParams(queryStringOf(originalUrl))];
  // Most formats take the same parameters.
  const queries = new Map<readonly string[], Record<Use, string>>();
  const queriesWith = (known: readonly string[]) => {
    const taken = requested.filter(([parameter]) => known.includes(parameter));
    // A feed begins with the latest entry, and has an order of its own.
    const first = taken.filter(([parameter]) => parameter !== 'cursor');
    return { download: queryOf(taken), subscribe: queryOf(first), cite: queryOf(taken, token) };
  };
  return formats.flatMap((name) => {
    const { use, title, mediaType }: Format = FORMATS[name];
    if (use === undefined) return [];
    const known = parametersOf(name);
    const query = queries.get(known) ?? queriesWith(known);
    queries.set(known, query);
    const url = urlInFormat(path, query[use], name);
    return [{ use, title, mediaType, url, permission: permissions[name] }];
  });
}

function queryOf(taken: [string, string][], token?: string): string {
  const parameters = new URLSearchParams(taken);
  if (token !== undefined) parameters.set('asOf', token);
  return parameters.size === 0 ? '' : `?${parameters}`;
}
