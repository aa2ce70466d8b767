import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, uuid } from '../../append/sent-events.ts';
import { generateEvents } from '../../bench/generate-events.ts';
import type { RunningServer } from '../../cli/server-process.ts';
import { allTimelines } from '../../crash/acknowledged-events.ts';
import { type Answer, nextOf, post } from '../../http/support/client.ts';
import { expectOnceEach } from '../support/check-log.ts';
import { HttpWriters } from '../support/http-writers.ts';
import { closeAll } from '../support/open-adapter.ts';
import {
  get,
  getAfter,
  postWithRetries,
  readLogDirectly,
  startProgramOn,
  stopPrograms,
} from '../support/program.ts';
import { newPrefix, type TestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const RACES = 40;
const LINES = 300;
const TEST_MS_MAX = 120_000;

/** Two programs share one log, each with its own data folder. A client may use either of them for any request. */
export function describeSeveralPrograms(server: TestServer): void {
  describe(`two programs on ${server.name}`, () => {
    let prefix: string;
    let [one, other]: readonly RunningServer[] = [];
    let urls: readonly [string, string];

    beforeAll(async () => {
      prefix = newPrefix();
      [one, other] = await Promise.all([startProgramOn(server, prefix), startProgramOn(server, prefix)]);
      urls = [one?.url ?? '', other?.url ?? ''];
    }, TEST_MS_MAX);
    afterAll(async () => {
      await stopPrograms();
      await closeAll();
    }, TEST_MS_MAX);

    /** Waits until the timelines of both programs cover the whole log. Nothing may be appended meanwhile. */
    async function waitUntilCaughtUp(): Promise<void> {
      const last = (await readLogDirectly(server, prefix)).at(-1)?.position;
      await until(async () => {
        const answers = await Promise.all(urls.map((url) => get(url, '/readyz')));
        const projections = answers.flatMap(({ json }) => json.projections);
        return projections.every(({ position }: { readonly position: string }) => position === last);
      });
    }

    test(
      'show what both have recorded at once, byte for byte the same',
      async () => {
        const writers = new HttpWriters((writer) => urls[writer % 2] ?? '');
        await writers.untilMore(200);
        await writers.stop();
        const log = await readLogDirectly(server, prefix);
        expectOnceEach(log, writers.acknowledged);
        const last = log.at(-1)?.position ?? '';
        const pages = await allTimelines(urls[0], last);
        expect(pages.length).toBeGreaterThan(10);
        expect(await allTimelines(urls[1], last)).toEqual(pages);
      },
      TEST_MS_MAX,
    );

    test(
      'wait for a position that the other has returned',
      async () => {
        for (let number = 0; number < RACES; number += 1) {
          const [writes, reads] = number % 2 === 0 ? urls : [urls[1], urls[0]];
          const position = await appendAt(writes, { ...briefing, id: uuid(number) });
          const { status, json } = await getAfter(reads, '/countries/CN', position);
          expect([status, json.asOf.position]).toEqual([200, position]);
        }
      },
      TEST_MS_MAX,
    );

    test.each(['/countries', '/countries/CN', '/topics', '/statements', '/mous'])(
      'accept the entity tag of the other for %s',
      async (path) => {
        await waitUntilCaughtUp();
        const { headers, text } = await get(urls[0], path);
        const revalidated = await get(urls[1], path, { 'if-none-match': headers['etag'] ?? '' });
        expect([revalidated.status, revalidated.headers['etag']]).toEqual([304, headers['etag']]);
        expect((await get(urls[1], path)).text).toBe(text);
      },
      TEST_MS_MAX,
    );

    test.each([
      '/countries/CN?limit=3',
      '/countries?limit=3',
      '/events?limit=3',
      '/countries/CN?limit=3&order=desc',
    ])(
      'accept the cursor of the other for %s',
      async (path) => {
        await waitUntilCaughtUp();
        const next = nextOf(await get(urls[0], path)) ?? '';
        const [here, there] = [await get(urls[0], next), await get(urls[1], next)];
        expect([there.status, there.text]).toEqual([200, here.text]);
        expect(there.text).not.toBe((await get(urls[1], path)).text);
      },
      TEST_MS_MAX,
    );

    test(
      'record an event that is sent to both at once, and twice to each, only once and with one answer',
      async () => {
        const before = (await readLogDirectly(server, prefix)).length;
        for (let number = 0; number < RACES; number += 1) {
          const sent = { ...briefing, id: uuid(1_000 + number) };
          const refusals: Answer[] = [];
          const answers = await Promise.all(
            [...urls, ...urls].map((url) => postWithRetries(url, sent, { refusals })),
          );
          const statuses = answers.map(({ status }) => status).sort();
          // The append whose answer would be 201 may have been refused with 503, although it arrived.
          expect(statuses).toEqual([200, 200, 200, refusals.length > 0 ? expect.any(Number) : 201]);
          expect(new Set(answers.map(({ json }) => JSON.stringify(json.events))).size).toBe(1);
        }
        const log = await readLogDirectly(server, prefix);
        expect(log.length).toBe(before + RACES);
        expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
      },
      TEST_MS_MAX,
    );

    test(
      'record each line of a file that is sent to both at once only once',
      async () => {
        const before = (await readLogDirectly(server, prefix)).length;
        const lines = [...generateEvents(LINES, 77)].map((event) => JSON.stringify(event));
        const [here, there] = await Promise.all([sendLines(urls[0], lines), sendLines(urls[1], lines)]);
        const refused = here.refused + there.refused;
        expect(here.recorded + there.recorded + here.repeated + there.repeated).toBe(2 * LINES);
        // A line that was refused with 503 may have arrived all the same. Then its retry is a repeat.
        expect(here.recorded + there.recorded).toBeGreaterThanOrEqual(LINES - refused);
        expect(here.recorded + there.recorded).toBeLessThanOrEqual(LINES);
        expect((await readLogDirectly(server, prefix)).length).toBe(before + LINES);
      },
      TEST_MS_MAX,
    );

    test(
      'let exactly one of two curators through who correct the same revision, each at one program',
      async () => {
        for (let number = 0; number < RACES; number += 1) {
          const stream = `mou-curated-${number}`;
          const signed = await postWithRetries(urls[0], { ...mou, stream, id: uuid(2_000 + number) });
          const headers = { 'if-match': signed.headers['etag'] ?? '' };
          const refusals: Answer[] = [];
          const answers = await Promise.all(
            urls.map((url, curator) => {
              const corrected = correction(signed.json.events[0].id, stream);
              const id = uuid(3_000 + 2 * number + curator);
              return postWithRetries(url, { ...corrected, id }, { headers, refusals });
            }),
          );
          const statuses = answers.map(({ status }) => status).sort();
          expect(statuses).toEqual([refusals.length > 0 ? expect.any(Number) : 201, 412]);
          const record = await get(urls[number % 2] ?? '', `/streams/${stream}`);
          expect(record.json.events).toHaveLength(2);
        }
      },
      TEST_MS_MAX,
    );
  });
}

/** Appends an event and returns its position. */
async function appendAt(url: string, event: object): Promise<string> {
  const { status, json } = await postWithRetries(url, event);
  expect([200, 201]).toContain(status);
  return json.events[0].position;
}

interface LineCounts {
  readonly recorded: number;
  readonly repeated: number;
  /** The number of answers with 503. */
  readonly refused: number;
}

/** Sends a file of events. The lines that are refused with 503 are sent again, until all are recorded or repeated. */
async function sendLines(url: string, lines: readonly string[]): Promise<LineCounts> {
  const counts = { recorded: 0, repeated: 0, refused: 0 };
  let remaining = lines;
  await until(async () => {
    const file = remaining.map((line) => `${line}\n`).join('');
    const { text } = await post(url, file, { 'content-type': 'application/x-ndjson' });
    const outcomes = text.trim().split('\n').slice(0, -1);
    const refused: string[] = [];
    for (const { line, status } of outcomes.map((outcome) => JSON.parse(outcome))) {
      expect([200, 201, 503]).toContain(status);
      if (status === 201) counts.recorded += 1;
      else if (status === 200) counts.repeated += 1;
      else refused.push(remaining[line - 1] ?? '');
    }
    counts.refused += refused.length;
    remaining = refused;
    return remaining.length === 0;
  });
  return counts;
}
