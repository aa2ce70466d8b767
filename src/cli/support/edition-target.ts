import pMap from 'p-map';
import type { CsvMapping } from '../../append/csv/csv-mapping.ts';
import { DataSetEdition, type EditionSettings } from '../../append/edition.ts';
import { findMissingEvents, retractionOf } from '../../append/missing-events.ts';
import type { JsonObject } from '../../domain/values/json.ts';
import { CommandError } from './command-error.ts';
import type { ImportTarget } from './import-lines.ts';
import type { LogTarget, OpenImportTarget } from './import-target.ts';

const SHOWN_MAX = 50;

/** An import of a later edition of a data set. */
export interface EditionImport {
  readonly target: ImportTarget;
  /** Lists the events that the edition lacks, and retracts them if asked to. Returns lines for the user. */
  reportMissing(retracts: boolean): Promise<string>;
}

export function openEdition(
  { dataSet, correction }: CsvMapping,
  { store }: OpenImportTarget,
  target: LogTarget,
): EditionImport {
  const today = new Date().toISOString().slice(0, 10);
  const settings: EditionSettings = { occurred: today, ...correction, dataSet };
  const edition = new DataSetEdition(store, settings);
  return {
    target: {
      ...target,
      record: (row) => edition.append(row as readonly JsonObject[], (input) => target.record(input)),
    },
    reportMissing: async (retracts) => {
      const missing = await findMissingEvents(store, dataSet, (id) => edition.has(id));
      if (missing.length === 0) return '';
      const shown = missing.slice(0, SHOWN_MAX).map(({ type, stream, id }) => `  ${type} ${stream} ${id}\n`);
      const more = missing.length > SHOWN_MAX ? `  and ${missing.length - SHOWN_MAX} more\n` : '';
      const events = missing.length === 1 ? '1 event' : `${missing.length} events`;
      const list = `not in the file any more: ${events}\n${shown.join('')}${more}`;
      if (!retracts) return list;
      await pMap(missing, (event) => retract(retractionOf(event, settings), target), {
        concurrency: target.inFlightMax,
      });
      return `${list}retracted ${missing.length}\n`;
    },
  };
}

async function retract(retraction: JsonObject, target: LogTarget): Promise<void> {
  const { outcome } = await target.record(retraction);
  if (outcome === 'recorded' || outcome === 'repeated') return;
  throw new CommandError(
    `an event of ${retraction['stream']} could not be retracted (${outcome}); run the import again`,
  );
}
