import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/sqlite/driver.ts';
import { generateEvents, type SentEvent } from '../bench/generate-events.ts';
import { runProgram, startProgram, startServer } from '../cli/server-process.ts';
import { type Acknowledged, expectAllStored } from './acknowledged-events.ts';

/** How many faults are met, at calls from the first to this one. `FAULT_ROUNDS=600`: each call, with each error. */
const ROUNDS = Math.max(10, Number(process.env['FAULT_ROUNDS'] ?? 0));
const LAST_CALL = 300;
const ROUND_TIMEOUT_MS = 30_000;
/** A round ends when so many events were acknowledged after the fault, unless the server has ended. */
const ACKNOWLEDGED_AFTERWARDS = 3;
const ERRORS = [constants.errno.EIO, constants.errno.ENOSPC];

const SHIM = 'tests/crash/failing-io.c';

/** In continuous integration, a missing compiler is an error. */
function hasCompiler(): boolean {
  if (process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0) return true;
  const reason = 'Faults are injected by a library that needs Linux and a C compiler, cc.';
  if (process.env['CI'] === 'true') throw new Error(reason);
  process.stderr.write(`Skipped: ${reason}\n`);
  return false;
}

let folder = '';
let dataDir = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'chancery-faults-')));
  dataDir = join(folder, 'data');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Problem {
  readonly status: number;
}

interface AppendAnswer {
  readonly events: readonly { readonly id: string; readonly position: string }[];
}

/** Sends events one after the other, each until it is acknowledged. */
class Client {
  readonly #events = generateEvents(Number.POSITIVE_INFINITY, 300);
  readonly #acknowledged: Acknowledged;
  #pending: SentEvent = this.#events.next().value as SentEvent;
  /** The refusal of the pending event. */
  #refused: Problem | undefined;

  constructor(acknowledged: Acknowledged) {
    this.#acknowledged = acknowledged;
  }

  /** Sends one event. Returns the problem if it is refused, and undefined if nobody responds. */
  async send(url: string): Promise<'acknowledged' | Problem | undefined> {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify(this.#pending) };
    const answer = await fetch(`${url}/events`, request).then(
      async (response) => ({ status: response.status, body: (await response.json()) as unknown }),
      () => undefined,
    );
    if (answer === undefined) return undefined;
    const { status, body } = answer;
    if (status !== 200 && status !== 201) {
      this.#refused = body as Problem;
      return this.#refused;
    }
    // What was refused because the disk was full is new when it comes again.
    if (this.#refused?.status === 507) expect(status).toBe(201);
    for (const { id, position } of (body as AppendAnswer).events) this.#acknowledged.set(id, position);
    this.#refused = undefined;
    this.#pending = this.#events.next().value as SentEvent;
    return 'acknowledged';
  }
}

/** Compiles the library that lets a call fail. Returns its path. */
function compileShim(): string {
  const library = join(folder, 'failing-io.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SHIM, '-ldl']);
  return library;
}

interface Fault {
  /** The files: those of the data folder whose names begin with this. */
  readonly files: string;
  readonly call: number;
  readonly error: number;
}

function startWithFault({ files, call, error }: Fault, library: string) {
  const variables = {
    LD_PRELOAD: library,
    FAULT_PATH: join(dataDir, files),
    FAULT_AT: String(call),
    FAULT_ERRNO: String(error),
  };
  return startProgram(['serve', '--port', '0', '--empty', '--data-dir', dataDir], { variables });
}

/** Starts a server with a fault, and sends events until the fault has had its effect. */
async function meet(fault: Fault, library: string, client: Client): Promise<string> {
  const program = startWithFault(fault, library);
  const isFaultMet = program.waitForOutput(/^fault: (.*)/m, 'stderr').then(
    ([, met = '']) => met,
    () => undefined,
  );
  let met: string | undefined;
  void isFaultMet.then((where) => {
    met = where;
  });
  const url = await program.waitForOutput(/http:\/\/[\w.:[\]]+/).then(
    ([found]) => found,
    () => undefined,
  );
  const refusals: Problem[] = [];
  let hasEnded = url === undefined;
  for (let left = ACKNOWLEDGED_AFTERWARDS; url !== undefined && !hasEnded && left > 0; ) {
    const answer = await client.send(url);
    if (answer === undefined) hasEnded = true;
    else if (answer !== 'acknowledged') refusals.push(answer);
    else if (met !== undefined) left -= 1;
    // Nothing is accepted after the log has failed; what is not documented fails the test below.
    if (refusals.some(({ status }) => status !== 507)) hasEnded = true;
  }
  const isUndocumented = refusals.some(({ status }) => status !== 507 && status !== 503);
  if (!hasEnded || isUndocumented) program.child.kill('SIGTERM');
  const { exitCode, stderr } = await program.ended;
  for (const refusal of refusals) expect(REFUSALS).toContainEqual(refusal);
  if (hasEnded) expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^chancery: /m)]);
  return `${fault.call}: ${await isFaultMet}, ${refusals.map(({ status }) => status).join() || 'no refusal'}`;
}

/** The answers that a fault may have. */
const REFUSALS = [
  expect.objectContaining({
    type: '/problems/log-failed',
    status: 503,
    detail: expect.stringMatching(/^It is unknown/),
  }),
  expect.objectContaining({ type: '/problems/log-full', status: 507 }),
];

(hasCompiler() ? describe : describe.skip)('a server whose disk fails once', () => {
  test.each([
    ['of the log', 'log.db'],
    ['of the data folder', ''],
  ])(
    `acknowledges no event that is lost, when ${ROUNDS} calls for files %s fail`,
    async (_, files) => {
      const library = compileShim();
      const acknowledged: Acknowledged = new Map();
      const client = new Client(acknowledged);
      const first = await startServer(dataDir, ['--empty']);
      expect(await client.send(first.url)).toBe('acknowledged');
      await first.stop();
      const met: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const call = 1 + Math.round((round * (LAST_CALL - 1)) / (ROUNDS - 1));
        const error = ERRORS[round % ERRORS.length] ?? 0;
        met.push(await meet({ files, call, error }, library, client));
      }
      if (process.env['FAULT_ROUNDS'] !== undefined) process.stderr.write(`${met.join('\n')}\n`);
      expect(acknowledged.size).toBeGreaterThan(ROUNDS);
      await expectAllStored(dataDir, acknowledged);

      await (await startServer(dataDir)).stop();
      const { exitCode, stderr } = await runProgram(['verify', '--data-dir', dataDir]);
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('are in order')]);
    },
    (ROUNDS + 3) * ROUND_TIMEOUT_MS,
  );

  test('syncs the WALs of views, and survives if that fails', async () => {
    const files = join('views', 'written.db-wal');
    const program = startWithFault({ files, call: 1, error: constants.errno.EIO }, compileShim());
    try {
      await program.waitForOutput(/http:\/\/[\w.:[\]]+/);
      const writer = openDatabase(join(dataDir, 'views', 'written.db'));
      writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (bytes BLOB)');
      const [, met] = await program.waitForOutput(/^fault: (.*)/m, 'stderr');
      writer.close();
      expect(met).toBe(`fdatasync of ${join(dataDir, files)}`);
    } finally {
      program.child.kill('SIGTERM');
    }
    expect((await program.ended).exitCode).toBe(0);
  });
});
