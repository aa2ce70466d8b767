import { readFile } from 'node:fs/promises';
import type { Recorder } from '../../append/recorder.ts';

const SAMPLE = new URL('../../sample/rare-earths-2025.ndjson', import.meta.url);
const SAMPLE_ACTOR = 'sample';

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
