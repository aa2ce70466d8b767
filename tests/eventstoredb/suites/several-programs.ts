import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { briefing, correction, mou, uuid } from '../append/sent-events.ts';
import { generateEvents } from '../bench/generate-events.ts';
import type { RunningServer } from '../cli/server-process.ts';
import { allTimelines } from '../crash/acknowledged-events.ts';
import { type Answer, nextOf, post } from '../http/client.ts';
import { expectOnceEach, HttpWriters } from './http-writers.ts';
import { closeAll, until } from './log-on-wire.ts';
import { get, inTime, logOf, newPlace, type Place, startOn, stopAll } from './program.ts';
import type { ServerInTest } from './server-in-test.ts';

const RACES = 40;
const LINES = 300;

/** Two programs on one log, each with a folder of its own, before which clients may stand in any order. */
export function describeSeveralPrograms(server: ServerInTest): void {
  describe(`two programs on ${server.name}`, () => {
    let place: Place;
    let [one, other]: readonly RunningServer[] = [];
    let urls: readonly [string, string];

    beforeAll(async () => {
      place = newPlace();
      [one, other] = await Promise.all([startOn(server, place), startOn(server, place)]);
      urls = [one?.url ?? '', other?.url ?? ''];
    });
    afterAll(async () => {
      await stopAll();
      await closeAll();
    });

    test('what is recorded by both at once is in the timelines of both, the same to the byte', async () => {
      const writers = new HttpWriters((writer) => urls[writer % 2] ?? '');
      await writers.untilMore(200);
      await writers.stop();
      const log = await logOf(server, place);
      expectOnceEach(log, writers.acknowledged);
      const last = log.at(-1)?.position ?? '';
      const pages = await allTimelines(urls[0], last);
      expect(pages.length).toBeGreaterThan(10);
      expect(await allTimelines(urls[1], last)).toEqual(pages);
    });

    test('a position that one gave is waited for by the other', async () => {
      for (let number = 0; number < RACES; number += 1) {
        const [writes, reads] = number % 2 === 0 ? urls : [urls[1], urls[0]];
        const { position } = await recorded(post(writes, briefing));
        const { status, json } = await get(reads, `/countries/CN?after=${position}&limit=1`);
        expect([status, json.asOf.position]).toEqual([200, position]);
      }
    });

    test.each(['/countries', '/countries/CN', '/topics', '/statements', '/mous'])(
      'an entity tag that one gave for %s is known to the other',
      async (path) => {
        await untilEven(urls);
        const { headers, text } = await get(urls[0], path);
        const again = await get(urls[1], path, { 'if-none-match': headers['etag'] ?? '' });
        expect([again.status, again.headers['etag']]).toEqual([304, headers['etag']]);
        expect((await get(urls[1], path)).text).toBe(text);
      },
    );

    test.each([
      '/countries/CN?limit=3',
      '/countries?limit=3',
      '/events?limit=3',
      '/countries/CN?limit=3&order=desc',
    ])('a cursor that one gave for %s is understood by the other', async (path) => {
      await untilEven(urls);
      const next = nextOf(await get(urls[0], path)) ?? '';
      const [here, there] = [await get(urls[0], next), await get(urls[1], next)];
      expect([there.status, there.text]).toEqual([200, here.text]);
      expect(there.text).not.toBe((await get(urls[1], path)).text);
    });

    test('an event that is sent to both at once, and again, is recorded once, with one answer', async () => {
      const before = (await logOf(server, place)).length;
      for (let number = 0; number < RACES; number += 1) {
        const sent = { ...briefing, id: uuid(1_000 + number) };
        const answers = await Promise.all([...urls, ...urls].map((url) => inTime(post(url, sent))));
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
        expect(new Set(answers.map(({ json }) => JSON.stringify(json.events))).size).toBe(1);
      }
      const log = await logOf(server, place);
      expect(log.length).toBe(before + RACES);
      expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
    });

    test('a file of events that is sent to both at once is recorded once, line by line', async () => {
      const before = (await logOf(server, place)).length;
      const lines = [...generateEvents(LINES, 77)].map((event) => `${JSON.stringify(event)}\n`).join('');
      const headers = { 'content-type': 'application/x-ndjson' };
      const answers = await Promise.all(urls.map((url) => post(url, lines, headers)));
      const summaries = answers.map(({ text }) => JSON.parse(text.trim().split('\n').at(-1) ?? '').summary);
      const sum = (name: string) => summaries.reduce((all, summary) => all + summary[name], 0);
      expect([sum('recorded'), sum('repeated'), sum('refused')]).toEqual([LINES, LINES, 0]);
      expect((await logOf(server, place)).length).toBe(before + LINES);
    });

    test('of two curators who correct the same revision, one by each, exactly one is let through', async () => {
      for (let number = 0; number < RACES; number += 1) {
        const stream = `mou-curated-${number}`;
        const signed = await inTime(post(urls[0], { ...mou, stream }));
        const ifMatch = { 'if-match': signed.headers['etag'] ?? '' };
        const corrected = correction(signed.json.events[0].id, stream);
        const answers = await Promise.all(urls.map((url) => inTime(post(url, corrected, ifMatch))));
        expect(answers.map(({ status }) => status).sort()).toEqual([201, 412]);
        const story = await get(urls[number % 2] ?? '', `/streams/${stream}`);
        expect(story.json.events).toHaveLength(2);
      }
    });
  });
}

async function recorded(answering: Promise<Answer>): Promise<{ readonly position: string }> {
  const { status, json } = await inTime(answering);
  expect(status).toBe(201);
  return json.events[0];
}

/** Until the timelines of both hold the same. */
async function untilEven(urls: readonly string[]): Promise<void> {
  await until(async () => {
    const told = await Promise.all(urls.map(async (url) => (await get(url, '/readyz')).json.projections));
    return new Set(told.flat().map(({ position }: { readonly position: string }) => position)).size === 1;
  });
}
