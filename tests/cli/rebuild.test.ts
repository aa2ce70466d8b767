import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { countryTimeline } from '../../projections/country.ts';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { allTimelines } from '../crash/acknowledged-events.ts';
import { type Answer, ask, post } from '../http/support/client.ts';
import { endOfRebuild, isUnfinished, until } from './polling.ts';
import {
  environmentWith,
  observe,
  PROGRAM,
  type RunningServer,
  runProgram,
  startProgram,
  startServer,
} from './server-process.ts';

const EVENTS = 1_000;
/** The projection with its version, as the API shows it. */
const COUNTRY = `country@${countryTimeline.version}`;

let template = '';
/** All timelines of the log. */
let expected: readonly string[] = [];
let folder = '';
let dataDir = '';
let server: RunningServer | undefined;

/** Creates a log without timelines, which each test copies, and one with them. */
beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'chancery-rebuild-log-'));
  const file = join(template, 'events.ndjson');
  await writeFile(file, [...generateEvents(EVENTS)].map((event) => `${JSON.stringify(event)}\n`).join(''));
  const imported = await runProgram(['import', file, '--data-dir', join(template, 'data')]);
  expect(imported.exitCode).toBe(0);
  dataDir = join(template, 'built');
  await cp(join(template, 'data'), dataDir, { recursive: true });
  expected = await timelines();
});

afterAll(() => rm(template, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-rebuild-'));
  dataDir = join(folder, 'data');
  await cp(join(template, 'data'), dataDir, { recursive: true });
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function serve(): Promise<RunningServer> {
  server = await startServer(dataDir, ['--empty']);
  return server;
}

async function stop(): Promise<void> {
  expect((await server?.stop())?.exitCode).toBe(0);
  server = undefined;
}

/** Waits until every projection of a server is healthy. */
async function untilReady(url: string): Promise<void> {
  await until(async () => (await ask(url, '/readyz')).status === 200);
}

async function givenTimelines(): Promise<void> {
  await rm(dataDir, { recursive: true });
  await cp(join(template, 'built'), dataDir, { recursive: true });
}

async function timelines(): Promise<string[]> {
  const pages = await allTimelines((await serve()).url, String(EVENTS));
  await stop();
  return pages;
}

/** Lists the view files, without the WAL files of SQLite. */
async function views(): Promise<string[]> {
  return (await readdir(join(dataDir, 'views'))).filter((name) => /\.(db|building)$/.test(name)).sort();
}

const rebuild = (...args: readonly string[]) => runProgram(['rebuild', '--data-dir', dataDir, ...args]);

describe('chancery rebuild without a server', () => {
  test('builds the same timelines in files of the next generation', async () => {
    await givenTimelines();
    const filesBefore = await views();

    const { exitCode, stderr } = await rebuild();

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toMatch(new RegExp(`^country: rebuilt from ${EVENTS} events in [\\d.]+ s$`, 'm'));
    expect((await views()).length).toBe(filesBefore.length);
    expect(await views()).toContain('country.2.db');
    expect(await timelines()).toEqual(expected);
  });

  test('leaves alone the files that have none of the named projections', async () => {
    await givenTimelines();
    expect((await rebuild('topic', 'relation')).exitCode).toBe(0);
    expect(await views()).toEqual(expect.arrayContaining(['country.2.db', 'statements.1.db']));
  });

  test('changes nothing when it is interrupted', async () => {
    await givenTimelines();
    const before = await views();
    const { child, ended } = startProgram(['rebuild', '--data-dir', dataDir]);
    const hasExited = () => child.exitCode !== null;
    await until(async () => hasExited() || (await views()).some((name) => name.endsWith('.building')));
    child.kill('SIGINT');
    const { exitCode, stderr } = await ended;
    // A fast machine may have finished before the signal arrives. Then nothing was interrupted.
    if (exitCode === 130) expect(stderr).toContain('cancelled');
    expect([0, 130]).toContain(exitCode);
    expect((await views()).filter((name) => name.endsWith('.building'))).toEqual([]);
    expect((await views()).length).toBe(before.length);
  });

  test('says why a file could not be completed, removes it, and completes the others', async () => {
    // The greatest size of a file, in units of 512 bytes, is above that of the other files.
    const limited = ['-c', 'ulimit -f 5000 && exec "$0" "$@"', process.execPath, PROGRAM, 'rebuild'];
    const command = [...limited, '--data-dir', dataDir];
    const { exitCode, stderr } = await observe(spawn('sh', command, { env: environmentWith({}) })).ended;
    expect(exitCode).toBe(1);
    expect(stderr).toContain('country: failed: Error: disk I/O error');
    expect(stderr).toMatch(/^agreements: rebuilt/m);
    expect(await views()).toEqual(['agreements.1.db', 'statements.1.db']);
  });

  test('refuses an unknown projection and a folder without a log, and writes nothing', async () => {
    expect(await rebuild('nonsense')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no projection nonsense; choose from country, topic'),
    });
    const none = join(folder, 'none');
    const refused = await runProgram(['rebuild', '--data-dir', none]);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no log') });
    expect(await readdir(folder)).not.toContain('none');
  });
});

describe('a rebuild in a running server', () => {
  const rebuildOf = (url: string, name = 'country'): Promise<Answer> =>
    ask(url, `/projections/${name}/rebuild`);
  const startRebuild = (url: string, name = 'country'): Promise<Answer> =>
    ask(url, `/projections/${name}/rebuild`, { method: 'POST' });
  const cancelRebuild = (url: string): Promise<Answer> =>
    ask(url, '/projections/country/rebuild', { method: 'DELETE' });

  test('accepts one rebuild of a projection at a time', async () => {
    const { url } = await serve();
    await untilReady(url);
    // Sent together, so that the first rebuild cannot end before the second request arrives.
    const answers = await Promise.all([startRebuild(url), startRebuild(url)]);
    const [accepted, refused] = answers.sort((a, b) => a.status - b.status);
    expect(accepted).toMatchObject({
      status: 202,
      headers: { location: '/projections/country/rebuild' },
      json: {
        projections: ['country', 'topic', 'relation', 'actor', 'events', 'contradictions'],
        state: 'waiting',
        endedAt: null,
      },
    });
    expect(refused).toMatchObject({ status: 409, json: { type: '/problems/rebuild-running' } });
    expect(await endOfRebuild(url, 'country')).toMatchObject({ state: 'activated' });
  });

  test('leaves no gap while events are recorded and timelines are read', async () => {
    const { url } = await serve();
    await untilReady(url);
    const events = generateEvents(10_000, 77);
    let recorded = EVENTS;
    const recordAndRead = async (): Promise<void> => {
      const { json } = await post(url, events.next().value);
      recorded += 1;
      const { position } = json.events[0];
      const page = await ask(url, `/countries/US?order=desc&limit=1&after=${position}`);
      const ready = await ask(url, '/readyz');
      expect([page.status, ready.status]).toEqual([200, 200]);
    };

    // On a busy machine, a rebuild may end before enough events were recorded. Then the next one counts.
    for (let recordedMeanwhile = 0; recordedMeanwhile < 2; ) {
      expect((await startRebuild(url)).status).toBe(202);
      recordedMeanwhile = 0;
      await recordAndRead();
      while (isUnfinished((await rebuildOf(url)).json.state)) {
        recordedMeanwhile += 1;
        await recordAndRead();
      }
      const { json } = await rebuildOf(url);
      expect(json).toMatchObject({ state: 'activated', endedAt: expect.any(String), stoppedBy: null });
      expect(json.events).toBeGreaterThanOrEqual(EVENTS);
    }

    const live = await allTimelines(url, String(recorded));
    await stop();
    await rm(join(dataDir, 'views'), { recursive: true });
    const { url: fresh } = await serve();
    expect(await allTimelines(fresh, String(recorded))).toEqual(live);
  });

  test('can be cancelled, which leaves the served rows unchanged', async () => {
    await givenTimelines();
    const { url } = await serve();
    expect(await rebuildOf(url)).toMatchObject({ status: 404, json: { type: '/problems/no-rebuild' } });
    const fileCount = (await views()).length;
    let [status, state] = [0, 'activated'];
    let before: readonly string[] = [];
    // On a busy machine, a rebuild may end before it can be cancelled. Then the next one counts.
    while (state === 'activated') {
      await until(async () => (await views()).length === fileCount);
      before = await views();
      await startRebuild(url);
      ({ status } = await cancelRebuild(url));
      ({ state } = await endOfRebuild(url, 'country'));
    }
    expect([status, state]).toEqual([202, 'cancelled']);
    expect(await views()).toEqual(expect.arrayContaining([...before]));
    expect((await cancelRebuild(url)).status).toBe(404);
  });

  test('can be requested by the command, which follows it', async () => {
    await givenTimelines();
    const { url } = await serve();
    const port = new URL(url).port;
    const followed = await rebuild('country', '--port', port);
    expect(followed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('country: rebuilt from') });
    expect((await rebuildOf(url)).json.state).toBe('activated');
    const lost = await rebuild('country', '--port', '1');
    expect(lost).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no server responds at') });
  });

  test('is refused for an unknown projection', async () => {
    const { url } = await serve();
    for (const path of ['/projections/nonsense', '/projections/nonsense/rebuild']) {
      expect(await ask(url, path)).toMatchObject({
        status: 404,
        json: { type: '/problems/unknown-projection', detail: expect.stringContaining('country, topic') },
      });
    }
    expect((await startRebuild(url, 'nonsense')).status).toBe(404);
    expect((await ask(url, '/projections/country/rebuild', { method: 'PUT' })).status).toBe(405);
  });
});

describe('a server at its start', () => {
  const projection = async (url: string) => (await ask(url, '/projections/country')).json;

  test('serves timelines of another version while it builds those of its definitions', async () => {
    await givenTimelines();
    const file = openDatabase(join(dataDir, 'views', 'country.1.db'));
    file.exec('UPDATE projection SET version = 9');
    file.close();
    const { url } = await serve();
    expect((await ask(url, '/countries/US?limit=1')).json.entries).toHaveLength(1);
    await until(async () => (await projection(url)).rebuild?.state === 'activated');
    await untilReady(url);
    expect(await projection(url)).toMatchObject({
      version: countryTimeline.version,
      serves: COUNTRY,
      healthy: true,
    });
    expect(await allTimelines(url, String(EVENTS))).toEqual(expected);
    expect(await views()).not.toContain('country.1.db');
  });

  test('responds with 503 instead of an empty timeline until the first timelines are built', async () => {
    await givenTimelines();
    await rm(join(dataDir, 'views'), { recursive: true });
    const { url } = await serve();
    const first = await ask(url, '/countries/US?limit=1');
    if (first.status !== 200) {
      expect(first).toMatchObject({
        status: 503,
        headers: { 'retry-after': '1' },
        json: { type: '/problems/projection-building' },
      });
    }
    await untilReady(url);
    expect((await ask(url, '/countries/US?limit=1')).json.entries).toHaveLength(1);
  });

  test('reports missing timelines after their first build was cancelled, until they are built', async () => {
    const { url } = await serve();
    await ask(url, '/projections/country/rebuild', { method: 'DELETE' });
    const { state } = await endOfRebuild(url, 'country');
    // A fast machine may have built them before the request.
    if (state === 'cancelled') {
      expect(await projection(url)).toMatchObject({
        state: 'stopped',
        healthy: false,
        stoppedBy: { event: null, reason: 'The rebuild was cancelled' },
        retryInMs: expect.any(Number),
      });
    }
    await ask(url, '/projections/country/rebuild', { method: 'POST' });
    await until(async () => (await projection(url)).state === 'live');
    expect((await ask(url, '/countries/US?limit=1')).json.entries).toHaveLength(1);
  });

  const starts: readonly [name: string, prepare: () => Promise<unknown>][] = [
    ['timelines that it builds', async () => {}],
    ['timelines that it finds', givenTimelines],
    ['timelines of an empty log', () => rm(dataDir, { recursive: true })],
  ];

  test.each(starts)(
    'with %s closes their files and those of later ones when they are replaced',
    async (_, prepare) => {
      await prepare();
      const { url, child } = await serve();
      await untilReady(url);
      await post(url, generateEvents(1, 77).next().value);
      for (let round = 0; round < 2; round += 1) {
        for (const projection of ['topic', 'statements', 'agreements']) {
          await ask(url, `/projections/${projection}/rebuild`, { method: 'POST' });
          expect(await endOfRebuild(url, projection)).toMatchObject({ state: 'activated' });
        }
      }
      const openDeletedFiles = async (): Promise<string[]> => {
        const files = join('/proc', String(child.pid), 'fd');
        const links = (await readdir(files)).map((file) => readlink(join(files, file)).catch(() => ''));
        return (await Promise.all(links)).filter(
          (link) => link.includes('/views/') && link.endsWith('(deleted)'),
        );
      };
      await until(async () => (await openDeletedFiles()).length === 0);
    },
  );

  test('removes the files of a killed rebuild and of an earlier release, and damaged timelines', async () => {
    await givenTimelines();
    const unusable = ['country.2.db.building', 'topic@1.1.db', 'statements.7.db'];
    for (const name of unusable) await writeFile(join(dataDir, 'views', name), 'no database');
    expect(await timelines()).toEqual(expected);
    expect((await views()).filter((name) => unusable.includes(name))).toEqual([]);
  });
});

describe('an event that cannot be projected', () => {
  const eventId = '0199c000-0000-7000-8000-00000000dead';

  /** Adds an event as a newer version of the program might. */
  function recordUnknownType(): void {
    const log = openDatabase(join(dataDir, 'log.db'));
    log
      .prepare('INSERT INTO event VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, NULL)')
      .run(
        EVENTS + 1,
        eventId,
        'mou-dreamt',
        'TreatyDreamt',
        new Date().toISOString(),
        '{"actor":"local","schemaVersion":1}',
        '{"data":{},"occurred":"2026","sources":[]}',
        'AAAAAAAAAAAAAAAAAAAAAA',
      );
    log.close();
  }

  const stopped = { state: 'stopped', healthy: false, events: EVENTS, lag: { events: 1 } };
  const stoppedBy = { event: eventId, reason: expect.stringContaining('TreatyDreamt') };

  test('stops the projections before it and is named; the rows before it are served, and rebuilds fail', async () => {
    recordUnknownType();
    const { url } = await serve();
    const projection = async () => (await ask(url, '/projections/country')).json;
    await until(async () => (await projection()).state === 'stopped');
    expect(await projection()).toMatchObject({ ...stopped, stoppedBy });
    await until(async () => (await projection()).retryInMs > 2_000);
    await until(async () => (await projection()).alive);
    expect(await ask(url, '/readyz')).toMatchObject({ status: 503, json: { type: '/problems/not-ready' } });
    expect((await ask(url, '/countries/US?limit=1')).json.entries).toHaveLength(1);

    await ask(url, '/projections/country/rebuild', { method: 'POST' });
    expect(await endOfRebuild(url, 'country')).toMatchObject({ state: 'failed', stoppedBy });
    expect((await ask(url, '/countries/US?limit=1')).json.entries).toHaveLength(1);
    expect(await projection()).toMatchObject(stopped);
  });

  test('makes the command fail and name the event', async () => {
    await givenTimelines();
    recordUnknownType();
    const { exitCode, stderr } = await rebuild('topic');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`topic: failed at event ${eventId}: UnknownEventTypeError`);
    expect((await views()).filter((name) => name.startsWith('country'))).toEqual(['country.1.db']);
  });
});

describe('GET /projections', () => {
  test('reports the state of each projection', async () => {
    const { url } = await serve();
    await untilReady(url);
    const { json } = await ask(url, '/projections');
    expect(json.projections).toContainEqual({
      name: 'country',
      version: countryTimeline.version,
      serves: COUNTRY,
      state: 'live',
      healthy: true,
      alive: true,
      events: EVENTS,
      position: String(EVENTS),
      instant: expect.any(String),
      lineage: expect.stringMatching(/^[0-9a-f]{8}$/),
      lag: { events: 0, ms: 0 },
      eventsPerSecond: expect.any(Number),
      stoppedBy: null,
      retryInMs: null,
      rebuild: expect.objectContaining({ state: 'activated' }),
    });
  });
});
