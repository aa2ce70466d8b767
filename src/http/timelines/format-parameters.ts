import { FEED_WRITERS } from '../formats/writers.ts';
import type { FormatName } from '../protocol/formats.ts';
import type { PageFormat } from './page-cache.ts';

const PAGING_PARAMETERS = ['limit', 'cursor'];

/** The parameters of a timeline by format. */
interface TakenParameters {
  readonly embed: readonly string[];
  readonly feed: readonly string[];
  readonly exported: readonly string[];
}

/** By those of its JSON. */
const taken = new WeakMap<readonly string[], TakenParameters>();

/**
 * Returns the parameters that a timeline takes in a format: the same list for formats that take the same ones. A feed
 * is in the order of recording, an export has all entries, and a frame of another site shows the first page.
 * @param parameters those of its JSON
 */
export function formatParameters(
  parameters: readonly string[],
  format: FormatName | PageFormat,
): readonly string[] {
  if (format === 'json' || format === 'html') return parameters;
  const { embed, feed, exported } = takenOf(parameters);
  if (format === 'embed') return embed;
  return FEED_WRITERS[format] === undefined ? exported : feed;
}

function takenOf(parameters: readonly string[]): TakenParameters {
  const known = taken.get(parameters);
  if (known !== undefined) return known;
  const exported = parameters.filter((name) => !PAGING_PARAMETERS.includes(name));
  const made = {
    embed: parameters.filter((name) => name !== 'cursor'),
    feed: [...exported.filter((name) => name !== 'order'), ...PAGING_PARAMETERS],
    exported,
  };
  taken.set(parameters, made);
  return made;
}
