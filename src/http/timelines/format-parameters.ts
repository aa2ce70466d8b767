import { FEED_WRITERS } from '../formats/writers.ts';
import type { FormatName } from '../protocol/formats.ts';
import type { PageFormat } from './page-cache.ts';

const PAGING_PARAMETERS = ['limit', 'cursor'];

/**
 * Returns the parameters that a timeline takes in a format. A feed is in the order of recording, an export has all
 * entries, and a frame of another site shows the first page.
 * @param parameters those of its JSON
 */
export function formatParameters(
  parameters: readonly string[],
  format: FormatName | PageFormat,
): readonly string[] {
  if (format === 'json' || format === 'html') return parameters;
  if (format === 'embed') return parameters.filter((name) => name !== 'cursor');
  const others = parameters.filter((name) => !PAGING_PARAMETERS.includes(name));
  if (FEED_WRITERS[format] === undefined) return others;
  return [...others.filter((name) => name !== 'order'), ...PAGING_PARAMETERS];
}
