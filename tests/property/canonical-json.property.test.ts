import { expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson, type JsonValue } from '../../src/domain/values/json.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(2_000);
const json = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<JsonValue>;

test('canonical JSON equals the output of the reference implementation of RFC 8785', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalJson(value)).toBe(canonicalize(value));
    }),
    { numRuns },
  );
});

test('canonical JSON is unchanged when it is parsed and serialized again', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
    }),
    { numRuns },
  );
});
