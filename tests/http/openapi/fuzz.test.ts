import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Harness, startHarness } from '../../harness.ts';
import { fuzzRounds } from '../../property/fuzz-rounds.ts';
import { ask } from '../support/client.ts';
import { apiDocument } from '../support/openapi-document.ts';
import { requestsOf } from './fuzzed-requests.ts';
import { SchemaValues } from './values-from-schema.ts';

const numRuns = fuzzRounds(200);
/** Waiting is not what is tested here. */
const LIMITS = { afterTimeoutMs: 1 };
/** Say that the server has not come as far as the request asks for, or lacks a format that a standard has. */
const EXPECTED = ['/problems/projection-behind', '/problems/tree-behind', '/problems/unsupported-format'];

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
    await fc.assert(
      fc.asyncProperty(requests, async ({ path, ...sent }) => {
        // Rejects if the answer is not documented.
        const { status, json } = await ask(chancery.url, path, sent);
        statuses.add(status);
        if (status >= 500 && !EXPECTED.includes(json?.type))
          throw new Error(`${status}: ${JSON.stringify(json)}`);
      }),
      { numRuns },
    );
    if (!UNIFORM.includes(template)) expect(statuses.size).toBeGreaterThan(1);
    expect(chancery.signals.filter(({ kind }) => kind === 'request-failed')).toEqual([]);
  });
});
