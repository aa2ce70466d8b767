import { describe, expect, test } from '@jest/globals';
import type { Build } from './builds.ts';
import { type Benchmark, measureInRounds, quantile, tableRow } from './measure.ts';

const buildNamed = (name: string): Build => ({ name, dist: '', program: '' });
const [present, older] = [buildNamed('Chancery'), buildNamed('older')];

/** Returns what measures 1, then 2, then 3… times `unit`. */
function counter(unit: number): () => Promise<{ ms: number }> {
  let calls = 0;
  return async () => {
    calls += 1;
    return { ms: calls * unit };
  };
}

function benchmarkOf(unit: number): Benchmark {
  return {
    name: 'a page',
    measure: counter(unit),
    baselines: [
      { name: 'Express', measure: counter(2) },
      { name: 'SQLite', measure: counter(4) },
    ],
    aims: { ms: '≤ 1.5' },
  };
}

describe('measureInRounds', () => {
  test('measures all sides in each round, and discards the rounds to warm up', async () => {
    const rows = await measureInRounds([benchmarkOf(1)], [present], { measured: 3, warmUps: 2 });

    expect(rows).toEqual([
      row('Express', [3, 4, 5], [6, 8, 10], '≤ 1.5'),
      // Only the first baseline does the same work.
      row('SQLite', [3, 4, 5], [12, 16, 20], ''),
    ]);
  });

  test('compares two builds without baselines and aims', async () => {
    const [measured, compared] = [counter(1), counter(10)];
    const measure = (build: Build) => (build === present ? measured() : compared());

    const rows = await measureInRounds([{ ...benchmarkOf(1), measure }], [present, older], {
      measured: 2,
      warmUps: 0,
    });

    expect(rows).toEqual([row('older', [1, 2], [10, 20], '')]);
  });

  const row = (name: string, values: number[], baseline: number[], aim: string) => {
    return { name: 'a page', metric: 'ms', values, baseline: { name, values: baseline }, aim };
  };
});

test('A row has medians, the least and the greatest value, and the ratio of each round', () => {
  const baseline = { name: 'Express', values: [2, 8, 4] };
  const row = { name: 'a page', metric: 'ms', values: [1, 12, 4], baseline, aim: '≤ 1.5' };

  expect(tableRow(row, 10_000)).toBe(
    '| a page | 10,000 | ms | 4.00 (1.00–12.0) | Express: 4.00 (2.00–8.00) | 1.00 (0.50–1.50) | ≤ 1.5 |',
  );
});

test('A quantile lies between the two nearest values', () => {
  expect([0, 0.5, 0.75, 1].map((fraction) => quantile([30, 10, 20, 40], fraction))).toEqual([
    10, 25, 32.5, 40,
  ]);
});
