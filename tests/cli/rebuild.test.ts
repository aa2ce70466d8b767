import { cp, mkdtemp, readdir, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { generateEvents } from '../bench/generate-events.ts';
import { allTimelines } from '../crash/acknowledged-events.ts';
import { type Answer, ask, post } from '../http/client.ts';
import { type RunningServer, runProgram, startProgram, startServer } from './server-process.ts';

const EVENTS = 1_000;
const WAIT_MS_MAX = 20_000;

let template = '';
let folder = '';
let dataDir = '';
let server: RunningServer | undefined;

/** A log without timelines, made once. */
beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'chancery-rebuild-log-'));
  const file = join(template, 'events.ndjson');
  await writeFile(file, [...generateEvents(EVENTS)].map((event) => `${JSON.stringify(event)}\n`).join(''));
  const imported = await runProgram(['import', file, '--data-dir', join(template, 'data')]);
  expect(imported.exitCode).toBe(0);
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

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + WAIT_MS_MAX;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error('It does not come about');
    await delay(20);
  }
}

async function timelines(): Promise<string[]> {
  const pages = await allTimelines((await serve()).url, String(EVENTS));
  await stop();
  return pages;
}

/** The files of the views, without what SQLite keeps beside them. */
async function views(): Promise<string[]> {
  return (await readdir(join(dataDir, 'views'))).filter((name) => /\.(db|building)$/.test(name)).sort();
}

const rebuild = (...args: readonly string[]) => runProgram(['rebuild', '--data-dir', dataDir, ...args]);

describe('chancery rebuild, without a server', () => {
  test('makes the same timelines again, in files of the next generation', async () => {
    const before = await timelines();
    const filesBefore = await views();

    const { exitCode, stderr } = await rebuild();

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toMatch(new RegExp(`^country: rebuilt from ${EVENTS} events in [\\d.]+ s$`, 'm'));
    expect((await views()).length).toBe(filesBefore.length);
    expect(await views()).toContain('country@2.2.db');
    expect(await timelines()).toEqual(before);
  }, 60_000);

  test('leaves the timelines that are not named alone', async () => {
    await timelines();
    expect((await rebuild('topic')).exitCode).toBe(0);
    expect(await views()).toEqual(expect.arrayContaining(['country@2.1.db', 'topic@2.2.db']));
  }, 60_000);

  test('leaves everything as it was when it is interrupted', async () => {
    await timelines();
    const before = await views();
    const running = startProgram(['rebuild', '--data-dir', dataDir]);
    await until(async () => (await views()).some((name) => name.endsWith('.building')));
    running.child.kill('SIGINT');
    const { exitCode, stderr } = await running.ended;
    // A fast machine may be done before the signal arrives; then nothing was interrupted.
    if (exitCode === 130) expect(stderr).toContain('given up');
    expect([0, 130]).toContain(exitCode);
    expect((await views()).filter((name) => name.endsWith('.building'))).toEqual([]);
    expect((await views()).length).toBe(before.length);
  }, 60_000);

  test('refuses what it does not know, and a folder without a log, and writes nothing there', async () => {
    expect(await rebuild('nonsense')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no projection nonsense; there are country, topic'),
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

  test('goes on while events are recorded and timelines are read, and nobody sees a gap', async () => {
    const { url } = await serve();
    await until(async () => (await ask(url, '/readyz')).status === 200);
    const started = await startRebuild(url);
    expect(started).toMatchObject({
      status: 202,
      headers: { location: '/projections/country/rebuild' },
      json: { projection: 'country', state: 'running', endedAt: null },
    });
    const again = await startRebuild(url);
    expect(again).toMatchObject({ status: 409, json: { type: '/problems/rebuild-running' } });

    let recorded = EVENTS;
    let state = 'running';
    for (const event of generateEvents(10_000, 77)) {
      const { json } = await post(url, event);
      recorded += 1;
      const { position } = json.events[0];
      const page = await ask(url, `/countries/US?order=desc&limit=1&after=${position}`);
      const ready = await ask(url, '/readyz');
      expect([page.status, ready.status]).toEqual([200, 200]);
      state = (await rebuildOf(url)).json.state;
      if (state !== 'running') break;
    }
    expect(state).toBe('activated');
    expect((await rebuildOf(url)).json).toMatchObject({ endedAt: expect.any(String), stoppedBy: null });
    expect((await rebuildOf(url)).json.events).toBeGreaterThanOrEqual(EVENTS);
    expect(recorded).toBeGreaterThan(EVENTS + 1);

    const live = await allTimelines(url, String(recorded));
    await stop();
    await rm(join(dataDir, 'views'), { recursive: true });
    const { url: fresh } = await serve();
    expect(await allTimelines(fresh, String(recorded))).toEqual(live);
  }, 120_000);

  test('can be given up, and asked for by the command line, which follows it', async () => {
    await timelines();
    const { url } = await serve();
    expect(await rebuildOf(url)).toMatchObject({ status: 404, json: { type: '/problems/no-rebuild' } });
    await startRebuild(url);
    const cancelled = await ask(url, '/projections/country/rebuild', { method: 'DELETE' });
    expect(cancelled.status).toBe(202);
    await until(async () => (await rebuildOf(url)).json.state !== 'running');
    expect((await rebuildOf(url)).json.state).toBe('cancelled');
    expect(await views()).toContain('country@2.1.db');
    expect(await ask(url, '/projections/country/rebuild', { method: 'DELETE' })).toMatchObject({
      status: 404,
    });

    const port = new URL(url).port;
    const followed = await rebuild('country', '--port', port);
    expect(followed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('country: rebuilt from') });
    expect((await rebuildOf(url)).json.state).toBe('activated');
    const lost = await rebuild('country', '--port', '1');
    expect(lost).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no server answers at') });
  }, 60_000);

  test('is not for a projection that there is not', async () => {
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

describe('a server that starts', () => {
  const projection = async (url: string) => (await ask(url, '/projections/country')).json;

  test('with timelines of another version serves them while it makes those that its definitions ask for', async () => {
    const before = await timelines();
    await rename(join(dataDir, 'views', 'country@2.1.db'), join(dataDir, 'views', 'country@9.1.db'));
    const { url } = await serve();
    expect((await ask(url, '/countries/US?limit=1')).json.entries).toHaveLength(1);
    await until(async () => (await projection(url)).serves === 'country@2');
    expect(await projection(url)).toMatchObject({
      version: 2,
      healthy: true,
      rebuild: { state: 'activated' },
    });
    expect(await allTimelines(url, String(EVENTS))).toEqual(before);
    expect(await views()).not.toContain('country@9.1.db');
  }, 60_000);

  test('without timelines says that they are being made, not that there is nothing', async () => {
    await timelines();
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
    await until(async () => (await ask(url, '/readyz')).status === 200);
    expect((await ask(url, '/countries/US?limit=1')).json.entries).toHaveLength(1);
  }, 60_000);

  test('whose first timelines are given up tells that they are missing, until they are made', async () => {
    const { url } = await serve();
    await ask(url, '/projections/country/rebuild', { method: 'DELETE' });
    await until(
      async () => !/waiting|running/.test((await ask(url, '/projections/country/rebuild')).json.state),
    );
    const isCancelled = (await ask(url, '/projections/country/rebuild')).json.state === 'cancelled';
    // A fast machine may have made them before they were given up.
    if (isCancelled) {
      expect(await projection(url)).toMatchObject({
        state: 'stopped',
        healthy: false,
        stoppedBy: { event: null, reason: 'The rebuild was given up' },
      });
    }
    await ask(url, '/projections/country/rebuild', { method: 'POST' });
    await until(async () => (await projection(url)).state === 'live');
    expect((await ask(url, '/countries/US?limit=1')).json.entries).toHaveLength(1);
  }, 60_000);

  test('gives the room of old timelines back', async () => {
    const { url, child } = await serve();
    await until(async () => (await ask(url, '/readyz')).status === 200);
    for (let round = 0; round < 3; round += 1) {
      await ask(url, '/projections/topic/rebuild', { method: 'POST' });
      await until(async () => (await ask(url, '/projections/topic/rebuild')).json.state === 'activated');
    }
    const removed = async (): Promise<string[]> => {
      const files = join('/proc', String(child.pid), 'fd');
      const links = (await readdir(files)).map((file) => readlink(join(files, file)).catch(() => ''));
      return (await Promise.all(links)).filter(
        (link) => link.includes('topic@') && link.endsWith('(deleted)'),
      );
    };
    await until(async () => (await removed()).length === 0);
  }, 60_000);

  test('removes what a rebuild that was killed has left, and damaged timelines', async () => {
    const before = await timelines();
    await writeFile(join(dataDir, 'views', 'country@2.2.db.building'), 'half of it');
    await writeFile(join(dataDir, 'views', 'topic@2.7.db'), 'no database');
    expect(await timelines()).toEqual(before);
    expect((await views()).filter((name) => /building|topic@2\.7/.test(name))).toEqual([]);
  }, 60_000);
});

describe('an event that no projection can take', () => {
  const poison = '0199c000-0000-7000-8000-00000000dead';

  /** As a newer version of the program would have recorded it. */
  function recordUnknownType(): void {
    const log = openDatabase(join(dataDir, 'log.db'));
    log
      .prepare('INSERT INTO event VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?)')
      .run(
        EVENTS + 1,
        poison,
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
  const byPoison = { event: poison, reason: expect.stringContaining('TreatyDreamt') };

  test('stops them before it, by name; what is before it serves, also from timelines that are made then', async () => {
    recordUnknownType();
    const { url } = await serve();
    const projection = async () => (await ask(url, '/projections/country')).json;
    await until(async () => (await projection()).state === 'stopped');
    expect(await projection()).toMatchObject({ ...stopped, alive: true, stoppedBy: byPoison });
    expect(await ask(url, '/readyz')).toMatchObject({ status: 503, json: { type: '/problems/not-ready' } });
    expect((await ask(url, '/countries/US?limit=1')).json.entries).toHaveLength(1);

    await ask(url, '/projections/country/rebuild', { method: 'POST' });
    const rebuilt = async () => (await ask(url, '/projections/country/rebuild')).json;
    await until(async () => (await rebuilt()).state !== 'running');
    expect(await rebuilt()).toMatchObject({ state: 'failed', stoppedBy: byPoison });
    expect((await ask(url, '/countries/US?limit=1')).json.entries).toHaveLength(1);
    expect(await projection()).toMatchObject(stopped);
  }, 60_000);

  test('makes the command line fail, and say where', async () => {
    await timelines();
    recordUnknownType();
    const { exitCode, stderr } = await rebuild('topic');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`topic: failed at event ${poison}: UnknownEventTypeError`);
    expect((await views()).filter((name) => name.startsWith('topic'))).toEqual(['topic@2.1.db']);
  }, 60_000);
});

describe('GET /projections', () => {
  test('tells how each one is doing', async () => {
    const { url } = await serve();
    await until(async () => (await ask(url, '/readyz')).status === 200);
    const { json } = await ask(url, '/projections');
    expect(json.projections).toContainEqual({
      name: 'country',
      version: 2,
      serves: 'country@2',
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
      rebuild: expect.objectContaining({ state: 'activated' }),
    });
  });
});
