import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { auditJson } from '../../src/audit/entry-text.ts';
import { pinoSink } from '../../src/observability/pino-sink.ts';
import { maskSecrets } from '../../src/observability/safe-text.ts';
import { exportEntry } from '../audit/audit-entries.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const ROUNDS = fuzzRounds(300);

/** What a terminal acts on, besides the line break at the end of a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const ACTIVE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const hostile = fc.string({
  unit: fc.oneof(
    {
      weight: 2,
      arbitrary: fc.constantFrom('\n', '\r', '\t', '\0', '\u001b', '\u009b', '\u007f', '\u2028', '\u202e'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('\\', '"', '\\n', '\\u001b[31m', '\n    at ', '{"level":30}', '@', '://'),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
  ),
});

async function linesOf(isTerminal: boolean, text: string): Promise<string> {
  let written = '';
  const destination = { write: (line: string) => (written += line) };
  const sink = await pinoSink('debug', { isTerminal, destination });
  sink({
    kind: 'request-completed',
    method: text,
    route: text,
    status: 200,
    ms: 1,
    address: text,
    requestId: text,
  });
  sink({
    kind: 'request-failed',
    method: 'GET',
    path: text,
    error: new Error(text, { cause: new Error(text) }),
  });
  return written;
}

/** What is written of a text: a log line as JSON and for a terminal, and an audit entry. */
async function writtenForms(text: string): Promise<readonly string[]> {
  const entry = auditJson(exportEntry({ target: text }));
  return [await linesOf(false, text), await linesOf(true, text), entry];
}

const secretBytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

describe('Log lines', () => {
  test('are one line of JSON for each signal, whatever its texts contain', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const written = await linesOf(false, text);
        expect(written).not.toMatch(ACTIVE);
        const lines = written.slice(0, -1).split('\n');
        expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['request-completed', 'request-failed']);
      }),
      { numRuns: ROUNDS },
    );
  });

  test('on a terminal begin with their time or are lines of a stack trace, whatever the texts contain', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the colors of the formatter
        const written = (await linesOf(true, text)).replace(/\u001b\[\d+m/g, '');
        expect(written).not.toMatch(ACTIVE);
        const lines = written.slice(0, -1).split('\n');
        expect(lines.filter((line) => /^\[/.test(line))).toHaveLength(2);
        expect(
          lines.filter((line) => !/^(\[\d\d:\d\d:\d\d\] (DEBUG|ERROR): request-| {4,}|\s*$)/.test(line)),
        ).toEqual([]);
      }),
      { numRuns: ROUNDS },
    );
  });

  test('keep their texts, apart from what is escaped and masked', async () => {
    const written = await linesOf(false, 'München 北京 \n "x" \\');
    expect(JSON.parse(written.split('\n')[0] ?? '')).toMatchObject({ route: 'München 北京 \n "x" \\' });
  });
});

describe('Secrets', () => {
  const places: readonly ((secret: string) => string)[] = [
    (secret) => `esdb://admin:${secret}@db.example:2113?tls=true`,
    (secret) => `https://${secret}@hooks.example/x`,
    (secret) => `Authorization: Bearer ${secret}`,
    (secret) => `whsec_${secret}`,
    (secret) => `/feeds/${secret}/countries/PK.atom`,
    (secret) => `/countries/PK.atom?token=${secret}&x=1`,
    (secret) => `__Host-session=${secret}; theme=dark`,
    (secret) => `unexpected "${secret}"`,
  ];

  test('are in no log line and in no audit entry, wherever in a text they are', async () => {
    await fc.assert(
      fc.asyncProperty(secretBytes, fc.constantFrom(...places), hostile, async (bytes, place, around) => {
        // Random bits, as keys have them: what a property shrinks to is no secret.
        const secret = base64url(bytes.some((byte) => byte > 0) ? bytes : randomBytes(32));
        fc.pre(/[a-z]/.test(secret) && /[A-Z]/.test(secret) && /\d/.test(secret));
        const text = `${around} ${place(secret)} ${around}`;
        for (const written of await writtenForms(text)) expect(written).not.toContain(secret);
      }),
      { numRuns: ROUNDS },
    );
  });

  test('of keys, sessions and feeds are masked, and the ids that lists show are not', async () => {
    const secret = randomBytes(32).toString('hex');
    for (const kind of ['key', 'session', 'feed']) {
      const id = `chancery_${kind}_${randomBytes(6).toString('hex')}`;
      for (const place of places) {
        for (const written of await writtenForms(place(`${id}_${secret}`))) {
          expect(written).not.toContain(secret);
        }
      }
      expect(auditJson(exportEntry({ target: `/x?token=${id}_${secret}` }))).toContain(`${id}_***`);
    }
  });

  test('are looked for in a time that grows with the text, whatever it repeats', () => {
    for (const part of ['a', 'eyJ-', '://', 'Bearer ', 'chancery_key_', 'chancery_', '/', '@', 'whsec_']) {
      const text = part.repeat(1_000_000 / part.length);
      expect(maskSecrets(text).length).toBeGreaterThan(0);
    }
  });

  test('that are short are masked where it is known that they are secrets', () => {
    const json = auditJson(
      exportEntry({
        target: 'esdb://admin:changeit@db:2113 Basic YTpi eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.',
      }),
    );
    expect(json).toContain('esdb://***@db:2113 Basic *** ey***');
  });
});
