import { readFile } from 'node:fs/promises';
import type { Recorder } from '../../append/recorder.ts';

const SAMPLE = new URL('../../sample/rare-earths-2025.ndjson', import.meta.url);
const SAMPLE_ACTOR = 'sample';

/**
 * Records the history that comes with the program: events about one affair of 2025, from one newspaper article.
 *
 * @throws Error when the file holds what the recorder refuses; the tests see to it that it does not.
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
