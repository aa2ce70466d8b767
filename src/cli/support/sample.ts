import { readdir, readFile } from 'node:fs/promises';
import type { Recorder } from '../../append/recorder.ts';
import type { Config } from '../../config.ts';

const SAMPLE = new URL('../../sample/rare-earths-2025.ndjson', import.meta.url);
const SAMPLE_ACTOR = 'sample';

/** What a data folder may hold before its first event. */
const FIRST_FILES = /^(?:log\.db|lock\.db|lost\+found)/;

/** A folder with views or a key had a log before, even if that is empty now, so it never gets the sample. */
export async function isNewDataFolder({ dataDir }: Config): Promise<boolean> {
  const names = await readdir(dataDir).catch(() => []);
  return names.every((name) => FIRST_FILES.test(name));
}

/**
 * Records the sample history of the package. An event that the log already holds is skipped.
 *
 * @throws Error if the recorder refuses an event, which the tests rule out
 */
export async function recordSample(recorder: Recorder): Promise<void> {
  const lines = (await readFile(SAMPLE, 'utf8')).split('\n').filter((line) => line !== '');
  for (const line of lines) {
    const recorded = await recorder.record(JSON.parse(line), { actor: SAMPLE_ACTOR });
    if (recorded.outcome !== 'recorded' && recorded.outcome !== 'repeated') {
      throw new Error(`The sample history was refused: ${JSON.stringify(recorded)}`);
    }
  }
}
