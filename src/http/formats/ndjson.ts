import type { ExportWriter } from './export-writer.ts';

/** One JSON object per line (https://github.com/ndjson/ndjson-spec), with the bytes that the timeline has as JSON. */
export const ndjsonWriter: ExportWriter = {
  begin: () => '',
  items: (items) => `${items.join('\n')}\n`,
  end: () => '',
};
