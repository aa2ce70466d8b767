import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BrokenHistoryError, loadHistory, parseHistory } from '../../src/testing/index.ts';

const exported = (position: number, type = 'MouSigned'): string =>
  JSON.stringify({
    id: `event-${position}`,
    type,
    position: String(position),
    recordedAt: `2025-12-0${position}T00:00:00.000Z`,
  });

describe('loadHistory', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-history-'));
    file = join(folder, 'history.ndjson');
    const lines = [exported(1), exported(2, 'BriefingHeld'), '', exported(3), exported(4)];
    writeFileSync(file, `${lines.join('\n')}\n`);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const positions = async (
    ...selection: Parameters<typeof loadHistory> extends [string, ...infer Rest] ? Rest : []
  ) => (await loadHistory(file, ...selection)).map(({ position }) => position);

  test('skips the last line of an export', () => {
    expect(parseHistory('{"type":"a","recordedAt":"x"}\n{"end":{"events":1,"sha256":""}}\n')).toHaveLength(1);
  });

  test('reads all events of a file and skips blank lines', async () => {
    expect(await loadHistory(file)).toEqual(
      [1, 2, 3, 4].map((n) => expect.objectContaining({ id: `event-${n}` })),
    );
  });

  test('stops at a position, an instant, or the first event that a function accepts', async () => {
    expect(await positions({ until: 3 })).toEqual(['1', '2', '3']);
    expect(await positions({ until: '2' })).toEqual(['1', '2']);
    expect(await positions({ until: '2025-12-02T00:00:00Z' })).toEqual(['1', '2']);
    expect(await positions({ until: new Date('2025-12-03T23:00:00Z') })).toEqual(['1', '2', '3']);
    expect(await positions({ until: ({ type }) => type === 'BriefingHeld' })).toEqual(['1', '2']);
    expect(await positions({ until: 99 })).toEqual(['1', '2', '3', '4']);
  });

  test('returns only the events that the filter accepts', async () => {
    expect(await positions({ where: ({ type }) => type === 'MouSigned' })).toEqual(['1', '3', '4']);
    expect(await positions({ where: ({ type }) => type === 'MouSigned', until: 3 })).toEqual(['1', '3']);
  });

  test('counts events without a position from 1, and rejects an instant for them', async () => {
    const sent = join(folder, 'sent.ndjson');
    writeFileSync(sent, '{"type":"A"}\n{"type":"B"}\n{"type":"C"}');
    expect(await loadHistory(sent, { until: 2 })).toEqual([{ type: 'A' }, { type: 'B' }]);
    await expect(loadHistory(sent, { until: '2025-12-02T00:00:00Z' })).rejects.toThrow('give a position');
    await expect(loadHistory(sent, { until: 'today' })).rejects.toThrow('Expected an instant');
    await expect(loadHistory(sent, { until: 0 })).rejects.toThrow('whole numbers from 1');
  });

  test.each([
    ['{"type":"A"}\n{"type":"B",}', /sent\.ndjson:2:13: there is "}"/],
    ['{"type":"A","type":"B"}', /sent\.ndjson:1:13: the object already has this key/],
    ['\n\n["A"]', /sent\.ndjson:3:1: expected an event, a JSON object/],
    [`{"type":"${'A'.repeat(1 << 20)}"}`, /sent\.ndjson:1: the line is longer than 1048576 bytes/],
    ['{"recordedAt":"2025', /sent\.ndjson:1:20: the text ends/],
  ])('rejects a broken line with file, line and column: %#', async (text, message) => {
    const sent = join(folder, 'sent.ndjson');
    writeFileSync(sent, text);
    const loading = loadHistory(sent);
    await expect(loading).rejects.toThrow(BrokenHistoryError);
    await expect(loading).rejects.toThrow(message);
  });
});

describe('parseHistory', () => {
  test('reads the events of a text, and uses its name in error messages', () => {
    expect(parseHistory(`${exported(1)}\n\n{"type":"A"}\n`)).toHaveLength(2);
    expect(() => parseHistory('{"type":"A"}\n{')).toThrow('history:2:2: the text ends');
    expect(() => parseHistory('{', 'the fixture')).toThrow('the fixture:1:2: the text ends');
  });
});
