import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PROBLEM_TYPES } from '../../../src/http/protocol/problem-types.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { fuzzRounds } from '../../property/fuzz-rounds.ts';
import { type Answer, ask } from '../support/client.ts';
import { apiDocument } from '../support/openapi-document.ts';
import { requestsOf } from './fuzzed-requests.ts';
import { SchemaValues } from './values-from-schema.ts';

const numRuns = fuzzRounds(100);
/** Waiting is not what is tested here. */
const LIMITS = { afterTimeoutMs: 1 };
/** Say that the server has not come as far as the request asks for, or lacks a format that a standard has. */
const EXPECTED = ['projection-behind', 'tree-behind', 'unsupported-format'] as const;

/** Problems are pages for those who ask for one. */
function isExpected({ json, text }: Answer): boolean {
  return EXPECTED.some(
    (code) => json?.type === `/problems/${code}` || text.includes(PROBLEM_TYPES[code].title),
  );
}

/** Of some operations only one request in fifty is not refused. */
const ROUNDS_MAX = 20;

/** Only a server with an identity provider has more than one answer. */
const UNIFORM = ['/sign-in/oidc', '/sign-in/oidc/callback'];

const document = await apiDocument();
const values = new SchemaValues(document);
const operations = Object.entries(document.paths).flatMap(([template, item]) =>
  Object.entries(item).map(([name, operation]) => {
    // The answer to GET does not end.
    const method = template.endsWith('/live') ? 'HEAD' : name.toUpperCase();
    return { method, template, requests: requestsOf({ method, template, operation }, values) };
  }),
);

let chancery: Harness;
beforeAll(async () => {
  chancery = await startHarness(() => new Date(), LIMITS);
  const body = readFileSync('src/sample/rare-earths-2025.ndjson');
  await ask(chancery.url, '/events', {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body,
  });
});
afterAll(() => chancery.close());

describe('whatever is sent, the answer is a documented one and no failure of the server', () => {
  test.each(operations)('$method $template', async ({ requests, template }) => {
    const statuses = new Set<number>();
    const property = fc.asyncProperty(requests, async ({ path, ...sent }) => {
      // Rejects if the answer is not documented.
      const answer = await ask(chancery.url, path, sent);
      statuses.add(answer.status);
      if (answer.status >= 500 && !isExpected(answer)) throw new Error(`${answer.status}: ${answer.text}`);
    });
    const leastStatuses = UNIFORM.includes(template) ? 1 : 2;
    for (
      let rounds = 0;
      rounds === 0 || (statuses.size < leastStatuses && rounds < ROUNDS_MAX);
      rounds += 1
    ) {
      await fc.assert(property, { numRuns });
    }
    expect(statuses.size).toBeGreaterThanOrEqual(leastStatuses);
    expect(chancery.signals.filter(({ kind }) => kind === 'request-failed')).toEqual([]);
  });
});
