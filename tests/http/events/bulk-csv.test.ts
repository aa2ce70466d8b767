import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { uuidV5 } from '../../../src/append/ids.ts';
import { LATER_TREATIES, TREATIES, treatyMapping } from '../../append/csv/treaties.ts';
import { briefing, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { ask, post } from '../support/client.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

interface Sent {
  readonly mapping?: object | string;
  readonly file?: string | Buffer;
  readonly query?: string;
}

async function send({ mapping = treatyMapping, file = TREATIES, query = '' }: Sent = {}) {
  const form = new FormData();
  form.set(
    'mapping',
    new Blob([typeof mapping === 'string' ? mapping : JSON.stringify(mapping)]),
    'mapping.json',
  );
  form.set('file', new Blob([Buffer.from(file)]), 'treaties.csv');
  return sendForm(form, query);
}

async function sendForm(body: FormData, query = '') {
  const response = await fetch(`${chancery.url}/events${query}`, { method: 'POST', body });
  const text = await response.text();
  const lines = text.trimEnd().split('\n');
  return { status: response.status, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const typesInLog = async () =>
  (await chancery.store.readAll({ direction: 'forwards', maxCount: 1_000 })).map(({ type }) => type);

describe('POST /events with CSV', () => {
  test('returns an outcome for each row, in their order, then a summary', async () => {
    const { status, lines } = await send();
    expect(status).toBe(200);
    expect(lines).toEqual([
      {
        line: 2,
        status: 201,
        warnings: [],
        events: [{ id: expect.any(String), type: 'MouSigned', position: '1' }],
      },
      { line: 3, status: 201, warnings: [], events: [expect.anything(), expect.anything()] },
      {
        line: 4,
        status: 201,
        warnings: [],
        events: [expect.anything(), expect.anything(), expect.anything()],
      },
      { summary: { recorded: 3, repeated: 0, refused: 0 } },
    ]);
    expect((await send()).lines.at(-1)).toEqual({ summary: { recorded: 0, repeated: 3, refused: 0 } });
    expect(await typesInLog()).toHaveLength(6);
  });

  test('names line, column, pointer and value of what it refuses, and goes on', async () => {
    const { lines } = await send({
      file: TREATIES.replace('Senegal",', 'Atlantis",').replace('09/11/1997', '1997'),
    });
    expect(lines).toMatchObject([
      {
        line: 2,
        status: 400,
        problem: { errors: [{ code: 'invalid-date', column: 'Signed', value: '1997' }] },
      },
      {
        line: 3,
        status: 400,
        problem: {
          type: '/problems/invalid-event',
          errors: [
            {
              code: 'unknown-country',
              column: 'Parties',
              event: 'MouSigned',
              pointer: '/data/parties/1/country',
              value: 'Atlantis',
            },
          ],
        },
      },
      { line: 4, status: 201 },
      { summary: { recorded: 1, repeated: 0, refused: 2 } },
    ]);
  });

  test('ends after a refused row if it is not to go on', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => `${index},T,"PK, Atlantis",09/11/1997,,`);
    const file = `${TREATIES.slice(0, TREATIES.indexOf('\n'))}\n${rows.join('\n')}`;
    const { lines } = await send({ file, query: '?keepGoing=false' });
    expect(lines.length).toBeLessThan(1_000);
    expect((await send()).status).toBe(200);
  });

  test('checks everything and records nothing in a dry run, which lists refusals by reason', async () => {
    const file = TREATIES.replace('Senegal",', 'Atlantis",').replace('Oman",', 'Atlantis",');
    const { lines } = await send({ file, query: '?dryRun=true' });
    expect(lines.at(-1)).toMatchObject({
      summary: { dryRun: true, accepted: 1, repeated: 0, refused: 2 },
      refusals: [{ code: 'unknown-country', value: 'Atlantis', lines: 2, firstLine: 2, column: 'Parties' }],
    });
    expect(await typesInLog()).toEqual([]);
  });

  test('recognises a compressed file', async () => {
    const { lines } = await send({ file: gzipSync(TREATIES) });
    expect(lines.at(-1)).toEqual({ summary: { recorded: 3, repeated: 0, refused: 0 } });
  });

  test('refuses a wrong mapping, delimiter or encoding before it records anything', async () => {
    const refusals = [
      await send({ mapping: '{' }),
      await send({ mapping: { ...treatyMapping, dates: ['dd.mm.yyyy'] } }),
      await send({ file: TREATIES.replaceAll(',', ';') }),
      await send({ file: Buffer.from(TREATIES, 'utf16le') }),
      await send({ file: TREATIES.replace('Title', 'Name') }),
    ];
    expect(refusals.map(({ status, lines: [problem] }) => [status, problem?.['type']])).toEqual([
      [400, '/problems/invalid-mapping'],
      [400, '/problems/invalid-mapping'],
      [400, '/problems/invalid-csv'],
      [400, '/problems/invalid-csv'],
      [400, '/problems/invalid-csv'],
    ]);
    expect(refusals[1]?.lines[0]).toMatchObject({
      errors: [{ pointer: '/dates/0', detail: expect.any(String) }],
    });
    expect(refusals[2]?.lines[0]).toMatchObject({ detail: expect.stringContaining('semicolons') });
    expect(await typesInLog()).toEqual([]);
  });

  test('refuses parts in another order or with other names', async () => {
    const form = new FormData();
    form.set('file', new Blob([TREATIES]), 'treaties.csv');
    form.set('mapping', JSON.stringify(treatyMapping));
    expect(await sendForm(form)).toMatchObject({
      status: 400,
      lines: [{ type: '/problems/malformed-multipart' }],
    });
  });

  test.each([
    ['without a boundary', 'multipart/form-data', 'x'],
    [
      'that ends within its first part',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="mapping"\r\n\r\n{',
    ],
    ['without parts', 'multipart/form-data; boundary=b', '--b--\r\n'],
    ['that has no parts', 'multipart/form-data; boundary=b', 'nothing'],
  ])('refuses a body %s', async (_name, type, body) => {
    const answer = await ask(chancery.url, '/events', {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect(answer).toMatchObject({ status: 400, json: { type: '/problems/malformed-multipart' } });
  });

  test('accounts for a file that is cut off', async () => {
    const part = (name: string, content: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n\r\n${content}`;
    const rows = Array.from({ length: 3_000 }, (_, index) => `${index},T,"PK, OM",09/11/1997,,`);
    const file = `${TREATIES.slice(0, TREATIES.indexOf('\n'))}\n${rows.join('\n')}`;
    const body = `${part('mapping', JSON.stringify(treatyMapping))}\r\n${part('file', file)}`;
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const answer = await ask(chancery.url, '/events', { method: 'POST', headers, body });
    const outcomes = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(outcomes.at(-2)).toMatchObject({ problem: { type: '/problems/malformed-multipart' } });
    expect(outcomes.at(-1)).toMatchObject({ summary: { recorded: outcomes.length - 2, refused: 1 } });
  });
});

describe('POST /events with Content-Encoding: gzip', () => {
  const post = (type: string, body: Buffer) =>
    ask(chancery.url, '/events', {
      method: 'POST',
      headers: { 'content-type': type, 'content-encoding': 'gzip' },
      body,
    });
  const lines = (count: number) =>
    Array.from({ length: count }, (_, index) => `${JSON.stringify({ ...briefing, id: uuid(index) })}\n`).join(
      '',
    );
  const outcomesOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);

  test('decompresses one event and NDJSON', async () => {
    expect((await post('application/json', gzipSync(JSON.stringify(briefing)))).status).toBe(201);
    const { text } = await post('application/x-ndjson', gzipSync(lines(300)));
    expect(outcomesOf(text).at(-1)).toEqual({ summary: { recorded: 300, repeated: 0, refused: 0 } });
  });

  test('refuses what expands beyond any use', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20, ' '));
    expect(bomb.byteLength).toBeLessThan(1 << 20);
    expect(await post('application/json', bomb)).toMatchObject({ status: 413 });
    const { text } = await post('application/x-ndjson', bomb);
    expect(outcomesOf(text)).toMatchObject([
      { line: 1, status: 400, problem: { type: '/problems/malformed-gzip' } },
      { summary: { recorded: 0, repeated: 0, refused: 1 } },
    ]);
    expect((await post('application/json', gzipSync(JSON.stringify(briefing)))).status).toBe(201);
  });

  test('accounts for a body that is damaged or cut off', async () => {
    const whole = gzipSync(lines(50));
    const { text } = await post('application/x-ndjson', whole.subarray(0, -20));
    const outcomes = outcomesOf(text);
    expect(outcomes.at(-2)).toMatchObject({ status: 400, problem: { type: '/problems/malformed-gzip' } });
    expect(outcomes.at(-1)).toMatchObject({ summary: { refused: 1 } });
    expect(await post('application/json', Buffer.from('no gzip'))).toMatchObject({
      status: 400,
      json: { type: '/problems/malformed-gzip' },
    });
  });

  test('refuses other encodings', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'br' };
    expect(await ask(chancery.url, '/events', { method: 'POST', headers, body: 'x' })).toMatchObject({
      status: 415,
    });
  });
});

describe('POST /events with a later edition', () => {
  const update = (file = LATER_TREATIES, more = '') => send({ file, query: `?update=true${more}` });

  beforeEach(() => send());

  test('corrects the rows that changed, and lists what it lacks', async () => {
    const { status, lines } = await update();
    expect(status).toBe(200);
    expect(lines).toEqual([
      {
        ...{ line: 2, status: 201, corrected: true, warnings: [] },
        events: [{ id: expect.any(String), type: 'EventCorrected', position: expect.any(String) }],
      },
      {
        ...{ line: 3, status: 201, corrected: true, warnings: [] },
        events: [expect.objectContaining({ type: 'MouTerminated' })],
      },
      { line: 4, status: 201, events: [expect.objectContaining({ type: 'MouSigned' })], warnings: [] },
      {
        summary: { recorded: 1, repeated: 0, corrected: 2, refused: 0 },
        missing: 3,
        missingEvents: ['MouSigned', 'MouEnteredIntoForce', 'MouTerminated'].map((type) => {
          return { id: expect.any(String), type, stream: 'mou-treaty-3' };
        }),
      },
    ]);
    expect((await update()).lines.at(-1)).toMatchObject({
      summary: { recorded: 0, repeated: 3, corrected: 0, refused: 0 },
    });
    const { json } = await ask(chancery.url, '/streams/mou-treaty-1');
    expect(json.events.at(-1)).toMatchObject({
      type: 'EventCorrected',
      data: { reason: 'The data set treaties was changed.', occurred: '1997-11-10' },
    });
  });

  test('says in a dry run what it would correct, and records nothing', async () => {
    const before = await typesInLog();
    const { lines } = await update(LATER_TREATIES, '&dryRun=true&retractMissing=true');
    expect(lines.map(({ status, corrected }) => [status, corrected])).toEqual([
      [200, true],
      [200, true],
      [200, undefined],
      [undefined, undefined],
    ]);
    expect(lines.at(-1)).toMatchObject({
      summary: { dryRun: true, accepted: 1, repeated: 0, corrected: 2, refused: 0 },
      missing: 3,
      retracted: 0,
    });
    expect(await typesInLog()).toEqual(before);
  });

  test('retracts what is missing if asked to, and only if no row was refused', async () => {
    const broken = await update(`${LATER_TREATIES}5,x\n`, '&retractMissing=true');
    expect(broken.lines.at(-1)).toMatchObject({
      summary: { recorded: 1, repeated: 0, corrected: 2, refused: 1 },
      missing: 3,
      retracted: 0,
    });
    expect((await update(LATER_TREATIES, '&retractMissing=true')).lines.at(-1)).toMatchObject({
      missing: 3,
      retracted: 3,
    });
    expect((await typesInLog()).slice(-3)).toEqual(Array.from({ length: 3 }, () => 'EventRetracted'));
    expect((await update()).lines.at(-1)).toMatchObject({ missing: 0, missingEvents: [] });
  });

  test('says which events it could not retract, and why', async () => {
    const { missingEvents } = (await update()).lines.at(-1) ?? {};
    const ids = (missingEvents as readonly { id: string }[]).map(({ id }) => id);
    const taken = { ...briefing, id: uuidV5(`${ids[0]}`, 'retracted') };
    expect((await post(chancery.url, taken)).status).toBe(201);
    expect((await update(LATER_TREATIES, '&retractMissing=true')).lines.at(-1)).toMatchObject({
      missing: 3,
      retracted: 2,
      notRetracted: [
        { id: ids[0], stream: 'mou-treaty-3', problem: { type: '/problems/id-taken', status: 409 } },
      ],
    });
  });

  test('refuses a row whose key another row has, with column and pointer of every other refusal', async () => {
    const twice = `${LATER_TREATIES}${LATER_TREATIES.split('\n')[1]}\n`;
    const { lines } = await update(twice.replace('"Pakistan, Qatar"', '"Pakistan, Atlantis"'));
    expect(lines.slice(2)).toMatchObject([
      { line: 4, status: 400, problem: { errors: [{ code: 'unknown-country', column: 'Parties' }] } },
      { line: 5, status: 400, problem: { errors: [{ code: 'invalid-id' }] } },
      { summary: { recorded: 0, repeated: 0, corrected: 2, refused: 2 } },
    ]);
  });

  test('does not list what is missing if it ended at a refused row', async () => {
    const { lines } = await update(TREATIES.replace('Oman",', 'Atlantis",'), '&keepGoing=false');
    expect(lines.at(-1)).not.toHaveProperty('missing');
  });

  test('is CSV, and is needed to retract', async () => {
    const options = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: '{}' };
    const ofNdjson = await ask(chancery.url, '/events?update=true', options);
    expect([ofNdjson.status, ofNdjson.json.errors]).toMatchObject([400, [{ parameter: 'update' }]]);
    const { status, lines } = await send({ query: '?retractMissing=true' });
    expect([status, lines[0]?.['errors']]).toMatchObject([400, [{ parameter: 'retractMissing' }]]);
  });
});
