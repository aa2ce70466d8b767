import { FEED_WRITERS } from '../formats/writers.ts';
import type { FormatName } from '../protocol/formats.ts';
import type { PageFormat } from './page-cache.ts';

const PAGING_PARAMETERS = ['limit', 'cursor'];

/** The lists that were made of one of `TIMELINE_PARAMETERS`. */
interface FormatParameters {
  readonly embed: readonly string[];
  readonly feed: readonly string[];
  readonly export: readonly string[];
}

/** Every page needs the lists for its links. */
const lists = new WeakMap<readonly string[], FormatParameters>();

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
  const made = lists.get(parameters) ?? parametersByUse(parameters);
  lists.set(parameters, made);
  if (format === 'embed') return made.embed;
  return FEED_WRITERS[format] === undefined ? made.export : made.feed;
}

function parametersByUse(parameters: readonly string[]): FormatParameters {
  const others = parameters.filter((name) => !PAGING_PARAMETERS.includes(name));
  return {
    embed: parameters.filter((name) => name !== 'cursor'),
    feed: [...others.filter((name) => name !== 'order'), ...PAGING_PARAMETERS],
    export: others,
  };
}
