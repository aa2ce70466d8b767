import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseCheckpoint } from '../../../src/integrity/checkpoint.ts';
import { leafOf } from '../../../src/integrity/leaf.ts';
import { leafHash, rootOfProof } from '../../../src/integrity/merkle-tree.ts';
import { verifyReceipt } from '../../../src/integrity/receipt.ts';
import { type NoteVerifier, openNote, parseVerifier } from '../../../src/integrity/signed-note.ts';
import { openDatabase } from '../../../src/sqlite/driver.ts';
import { logPath } from '../../../src/sqlite/log/log-schema.ts';
import { briefing, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

const run = promisify(execFile);
const PYTHON_VERIFIER = join(import.meta.dirname, '../../integrity/verify_receipt.py');

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const get = (path: string) => ask(chancery.url, path);

/** Appends events 1 to `count`, and waits until the tree contains them. */
async function append(count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1)
    await post(chancery.url, { ...briefing, id: uuid(number) });
  expect((await get(`/events/${uuid(count)}/receipt`)).status).toBe(200);
}

async function verifier(): Promise<NoteVerifier> {
  const { text } = await get('/log/key');
  return parseVerifier(text.trim()) as NoteVerifier;
}

describe('GET /log/checkpoint', () => {
  test('is signed with the key of the log, and has its size', async () => {
    await append(5);
    const { status, headers, text } = await get('/log/checkpoint');
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'no-cache',
    ]);
    const checkpoint = parseCheckpoint(openNote(text, await verifier()) ?? '');
    expect(checkpoint).toMatchObject({ origin: (await verifier()).name, size: 5 });
  });

  test('contains every event that was acknowledged before', async () => {
    for (let number = 1; number <= 3; number += 1) {
      await post(chancery.url, { ...briefing, id: uuid(number) });
      expect(parseCheckpoint((await get('/log/checkpoint')).text)).toMatchObject({ size: number });
    }
  });

  test.each(['/log/checkpoint', '/log/key'])('%s says so while the log is empty', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, json: { type: '/problems/empty-log' } });
  });
});

describe('GET /log/proof/inclusion', () => {
  test('proves that an event is in the log of any size that contains it', async () => {
    await append(7);
    for (const size of [3, 5, 7]) {
      const { json } = await get(`/log/proof/inclusion?event=${uuid(3).toUpperCase()}&size=${size}`);
      const event = await chancery.store.readEvent(uuid(3));
      const hash = leafHash(event === undefined ? '' : leafOf(event));
      const proof = json.hashes.map((each: string) => Buffer.from(each, 'base64'));
      expect(json).toMatchObject({ event: uuid(3), index: 2, size, leafHash: hash.toString('base64') });
      expect(rootOfProof({ hash, index: 2 }, size, proof)?.toString('base64')).toBe(json.root);
    }
  });

  test.each([
    ['', 'event', 'invalid-value'],
    ['?event=EVENT&size=0', 'size', 'invalid-value'],
    ['?event=EVENT&size=x', 'size', 'invalid-value'],
    ['?event=EVENT&size=2', 'size', 'invalid-value'],
    ['?event=EVENT&size=6', 'size', 'beyond-log'],
    ['?event=EVENT&index=1', 'index', 'unknown-parameter'],
    ['?event=EVENT&event=EVENT', 'event', 'repeated-parameter'],
  ])('refuses %j by the name of the parameter', async (query, parameter, code) => {
    await append(5);
    const answer = await get(`/log/proof/inclusion${query.replaceAll('EVENT', uuid(3))}`);
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ parameter, code }] } });
    expect(answer.json.errors).toHaveLength(1);
  });

  test('does not know an event that is not in the log', async () => {
    const answer = await get(`/log/proof/inclusion?event=${uuid(9)}`);
    expect(answer).toMatchObject({ status: 404, json: { type: '/problems/unknown-record' } });
  });
});

describe('GET /log/proof/consistency', () => {
  test('proves that a log is the beginning of a later one', async () => {
    await append(4);
    const earlier = parseCheckpoint((await get('/log/checkpoint')).text);
    await append(7);
    const later = parseCheckpoint((await get('/log/checkpoint')).text);
    const { json } = await get('/log/proof/consistency?from=4&to=7');
    expect(json).toMatchObject({ from: 4, to: 7 });
    expect([json.fromRoot, json.toRoot]).toEqual(
      [earlier, later].map((each) => each?.root.toString('base64')),
    );
    // Four events are a complete subtree, so the proof is the hash of the other three alone.
    const [others, ...rest] = json.hashes.map((each: string) => Buffer.from(each, 'base64'));
    const root = createHash('sha256')
      .update(Buffer.from([1]))
      .update(earlier?.root ?? '')
      .update(others);
    expect([root.digest(), rest]).toEqual([later?.root, []]);
  });

  test.each([
    ['', 'from', 'invalid-value'],
    ['?from=0', 'from', 'invalid-value'],
    ['?from=6', 'from', 'beyond-log'],
    ['?from=1&to=6', 'to', 'beyond-log'],
    ['?from=4&to=3', 'from', 'invalid-value'],
    ['?from=1&size=3', 'size', 'unknown-parameter'],
  ])('refuses %j by the name of the parameter', async (query, parameter, code) => {
    await append(5);
    const answer = await get(`/log/proof/consistency${query}`);
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ parameter, code }] } });
  });
});

describe('GET /events/{id}/receipt', () => {
  test('is verified by the receipt and the public key alone, also by an independent program', async () => {
    await append(6);
    const key = (await get('/log/key')).text.trim();
    const folder = mkdtempSync(join(tmpdir(), 'chancery-receipts-'));
    for (let number = 1; number <= 6; number += 1) {
      const { text } = await get(`/events/${uuid(number)}/receipt`);
      expect(verifyReceipt(text, await verifier())).toMatchObject({ outcome: 'valid', index: number - 1 });
      writeFileSync(join(folder, 'receipt'), text);
      const { stdout } = await run('python3', [PYTHON_VERIFIER, join(folder, 'receipt'), key]);
      expect(stdout.trim()).toBe(uuid(number));
      writeFileSync(join(folder, 'receipt'), text.replace(/^index \d/m, 'index 9'));
      await expect(run('python3', [PYTHON_VERIFIER, join(folder, 'receipt'), key])).rejects.toThrow(
        'AssertionError',
      );
    }
    rmSync(folder, { recursive: true });
  });

  test('does not exist for an event that is not in the log', async () => {
    expect(await get(`/events/${uuid(9)}/receipt`)).toMatchObject({ status: 404 });
  });
});

describe('An event that was altered in the log', () => {
  /** Alters the log behind the back of the server. */
  const alter = (content: string) => {
    const database = openDatabase(logPath(chancery.dataDir));
    database.exec(
      `DROP TRIGGER event_is_never_updated; UPDATE event SET content = ${content} WHERE position = 2`,
    );
    database.close();
  };

  test.each([
    ['other JSON', "replace(content, '2025', '2024')"],
    ['no JSON', 'substr(content, 2)'],
  ])('to %s is never sent as what was recorded', async (_, content) => {
    await append(3);
    const { stream } = (await get(`/events/${uuid(2)}`)).json.event;
    alter(content);
    for (const accept of ['application/json', 'text/html, */*']) {
      for (const path of ['/events', '/events?order=desc', `/events/${uuid(2)}`, `/streams/${stream}`]) {
        const answer = await ask(chancery.url, path, { headers: { accept } });
        expect([path, answer.status]).toEqual([path, 500]);
        expect(answer.text).toContain('is not what was recorded');
      }
    }
    expect((await get(`/events/${uuid(1)}`)).status).toBe(200);
  });

  test('is found without the texts that were searched', async () => {
    await append(3);
    alter("replace(content, 'Ministry', 'Department')");
    const { status, json } = await get('/search?results=entries&q=ministry&asOf=3');
    const matches = json.entries.map(({ position, matches }: { position: string; matches: object[] }) => {
      return [position, matches.length];
    });
    expect([status, matches]).toEqual([
      200,
      [
        ['3', 1],
        ['2', 0],
        ['1', 1],
      ],
    ]);
  });
});
