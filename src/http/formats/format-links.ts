import type { Permission } from '../../access/permissions.ts';
import type { FormatLink } from '../../web/components/view-links.ts';
import { FORMATS, type Format, type FormatName, urlInFormat } from '../protocol/formats.ts';
import type { Request } from '../protocol/handler.ts';
import { queryStringOf } from '../protocol/query.ts';

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
  return formats.flatMap((name) => {
    const { use, title, mediaType }: Format = FORMATS[name];
    if (use === undefined) return [];
    const parameters = new URLSearchParams(queryStringOf(originalUrl));
    for (const parameter of [...parameters.keys()]) {
      if (!parametersOf(name).includes(parameter)) parameters.delete(parameter);
    }
    if (use === 'cite' && token !== undefined) parameters.set('asOf', token);
    const query = parameters.size === 0 ? '' : `?${parameters}`;
    return [{ use, title, mediaType, url: urlInFormat(path, query, name), permission: permissions[name] }];
  });
}
