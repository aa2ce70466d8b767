import { describe, expect, test } from '@jest/globals';
import {
  eventCorrected,
  mouAmended,
  mouSigned,
  replay,
  replayMatchers,
  timelineText,
} from '../../src/testing/index.ts';
import { toMatchTimelineSnapshot } from '../../src/testing/matchers/timeline-matchers.ts';

expect.extend(replayMatchers);

const mou = mouSigned({
  parties: [
    { name: 'A', kind: 'company', country: 'PK' },
    { name: 'B', kind: 'state' },
  ],
});
const amendment = mouAmended({ stream: mou.stream, amendment: 'Karachi.' });

async function timeline() {
  const history = await replay().given([mou, amendment, eventCorrected(mou, { topics: ['mica'] })]);
  return history.timeline('country', 'PK');
}

const signed =
  '2025-09-08  Memorandum of understanding signed: A and B, on the development of critical minerals';
const amended = '2025-11-01  Memorandum of understanding amended: A and B; Karachi.';

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The matcher passed.');
}

describe('toContainEntry', () => {
  test('finds an entry by some of its fields and by asymmetric matchers', async () => {
    const entries = await timeline();
    expect(entries).toContainEntry({ type: 'MouSigned', status: 'corrected', roles: ['party'] });
    expect(entries).toContainEntry({
      headline: expect.stringContaining('Karachi'),
      occurred: { edtf: '2025-11-01' },
    });
    expect(entries).not.toContainEntry({ type: 'MouSigned', status: 'current' });
    expect(entries).not.toContainEntry({ roles: [] });
  });

  test('shows the nearest entry and its mismatches', async () => {
    const entries = await timeline();
    const expected = { type: 'MouSigned', status: 'current', roles: ['host', 'party'], topics: ['mica'] };
    expect(messageOf(() => expect(entries).toContainEntry(expected))).toBe(
      [
        'None of the 2 entries has all expected fields. The nearest:',
        '',
        signed,
        '  status: expected current, received corrected',
        '  roles: expected host, party, received party',
      ].join('\n'),
    );
    expect(messageOf(() => expect([]).toContainEntry(expected))).toBe(
      'Expected an entry with these fields, but the timeline is empty.',
    );
    expect(messageOf(() => expect(entries).not.toContainEntry({ versions: 2 }))).toBe(
      `Expected no entry with all of these fields, but received one:\n\n${signed}`,
    );
  });

  test('rejects a promise', () => {
    const message = messageOf(() => expect(timeline()).toContainEntry({}));
    expect(message).toBe('toContainEntry expects an array of entries; await timeline() to get one.');
  });
});

describe('toEndWithEntry', () => {
  test('compares only the last entry', async () => {
    const entries = await timeline();
    expect(entries).toEndWithEntry({ type: 'MouAmended' });
    expect(entries).not.toEndWithEntry({ type: 'MouSigned' });
    expect([]).not.toEndWithEntry({});
    expect(messageOf(() => expect(entries).toEndWithEntry({ type: 'MouSigned', topics: ['mica'] }))).toBe(
      [
        'The last of 2 entries does not have all expected fields:',
        '',
        amended,
        '  type: expected MouSigned, received MouAmended',
      ].join('\n'),
    );
    expect(messageOf(() => expect(entries).not.toEndWithEntry({ type: 'MouAmended' }))).toBe(
      `Expected the last entry not to have all of these fields, but it has:\n\n${amended}`,
    );
  });
});

describe('toMatchTimelineSnapshot', () => {
  const text = [
    signed,
    '  roles: party',
    '  type: MouSigned',
    '  instrument: mou',
    '  parties: [{"country":"PK","kind":"company","name":"A"},{"kind":"state","name":"B"}]',
    '  countries: PK',
    '  topics: mica',
    '  sources: 2',
    '  status: corrected',
    '  versions: 2',
    amended,
    '  roles: party',
    '  type: MouAmended',
    '  countries: PK',
    '  topics: mica',
    '  sources: 1',
    '  status: current',
    '  versions: 1',
  ].join('\n');

  test('stores a text without ids and recording times', async () => {
    expect(timelineText(await timeline())).toBe(text);
    expect(await timeline()).toMatchTimelineSnapshot();
    expect(await timeline()).toMatchTimelineSnapshot('once more');
  });

  test('omits ids and instants in other fields, and empty fields', () => {
    const entry = {
      headline: 'H',
      by: mou.id,
      links: { cites: [] },
      note: '',
      at: '2026-01-01T00:00:00.000Z',
    };
    expect(timelineText([entry])).toBe('H\n  by: <id>\n  at: <instant>');
  });

  test('shows the lines that differ from the snapshot', async () => {
    const snapshotState = {
      match: () => ({
        pass: false,
        expected: `"${text.replace('status: corrected', 'status: current')}"`,
      }),
    };
    const jest = { snapshotState } as unknown as ThisParameterType<typeof toMatchTimelineSnapshot>;
    const result = toMatchTimelineSnapshot.call(jest, await timeline());
    expect(result.pass).toBe(false);
    expect(result.message()).toBe(
      [
        'The timeline does not match its snapshot (- expected, + received):',
        '',
        '    sources: 2',
        '-   status: current',
        '+   status: corrected',
      ].join('\n'),
    );
  });

  test('shows the timeline if it has no snapshot and jest writes none', async () => {
    const jest = { snapshotState: { match: () => ({ pass: false }) } };
    const context = jest as unknown as ThisParameterType<typeof toMatchTimelineSnapshot>;
    const message = toMatchTimelineSnapshot.call(context, await timeline()).message();
    expect(message).toBe(
      `The timeline has no snapshot, and jest writes none with --ci. Received:\n\n${text}`,
    );
  });

  test('cannot be negated', async () => {
    const entries = await timeline();
    expect(() => expect(entries).not.toMatchTimelineSnapshot()).toThrow('cannot be used with .not');
  });
});
