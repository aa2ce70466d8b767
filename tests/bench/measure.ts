import type { Build, Builds } from './builds.ts';

/** What one measurement gave: metric → value, such as `requests/s` → 9,000 and `µs CPU` → 80. */
export type Figures = Readonly<Record<string, number>>;

/** Something else that does the same work, or a part of it. */
export interface Baseline {
  readonly name: string;
  measure(): Promise<Figures>;
}

export interface Benchmark {
  readonly name: string;
  /** Measures one build of Chancery once. */
  measure(build: Build): Promise<Figures>;
  /** What the figures are divided by; the first one is what the aims are about. */
  readonly baselines?: readonly Baseline[];
  /** Metric → aim for the ratio, such as `≥ 0.7`, or for the value if it has a unit. */
  readonly aims?: Readonly<Record<string, string>>;
}

/** How often everything is measured, after rounds whose results are discarded. */
export interface Rounds {
  readonly measured: number;
  readonly warmUps: number;
}

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly metric: string;
  readonly values: readonly number[];
  readonly baseline: { readonly name: string; readonly values: readonly number[] } | undefined;
  readonly aim: string;
}

interface Side {
  readonly measure: () => Promise<Figures>;
  readonly samples: Figures[];
}

/**
 * Measures all sides of all benchmarks once in each round, in random order, so other load on the machine affects all
 * of them alike. With two builds, the second one takes the place of the baselines, and the aims do not apply.
 */
export async function measureInRounds(
  benchmarks: readonly Benchmark[],
  builds: Builds,
  { measured, warmUps }: Rounds,
): Promise<readonly Row[]> {
  const measurements = benchmarks.map((benchmark) => ({ benchmark, ...sidesOf(benchmark, builds) }));
  const sides = measurements.flatMap(({ chancery, baselines }) => [
    chancery,
    ...baselines.map(({ side }) => side),
  ]);
  for (let round = 0; round < warmUps + measured; round += 1) {
    for (const side of shuffled(sides)) {
      const figures = await side.measure();
      if (round >= warmUps) side.samples.push(figures);
    }
  }
  const hasAims = builds[1] === undefined;
  return measurements.flatMap(({ benchmark, chancery, baselines }) => {
    return rowsOf(hasAims ? benchmark : { ...benchmark, aims: {} }, chancery, baselines);
  });
}

interface NamedSide {
  readonly name: string;
  readonly side: Side;
}

function sidesOf(
  { measure, baselines = [] }: Benchmark,
  [build, other]: Builds,
): { readonly chancery: Side; readonly baselines: readonly NamedSide[] } {
  const sideOf = (measureOnce: () => Promise<Figures>): Side => ({ measure: measureOnce, samples: [] });
  const beside =
    other === undefined
      ? baselines.map((baseline) => ({ name: baseline.name, side: sideOf(() => baseline.measure()) }))
      : [{ name: other.name, side: sideOf(() => measure(other)) }];
  return { chancery: sideOf(() => measure(build)), baselines: beside };
}

function rowsOf({ name, aims = {} }: Benchmark, chancery: Side, baselines: readonly NamedSide[]): Row[] {
  return Object.keys(chancery.samples[0] ?? {}).flatMap((metric): readonly Row[] => {
    const valuesOf = ({ samples }: Side) => samples.map((figures) => figures[metric] ?? Number.NaN);
    const row = { name, metric, values: valuesOf(chancery) };
    const comparable = baselines.filter(({ side }) => metric in (side.samples[0] ?? {}));
    if (comparable.length === 0) return [{ ...row, baseline: undefined, aim: aims[metric] ?? '' }];
    return comparable.map((baseline, index) => ({
      ...row,
      baseline: { name: baseline.name, values: valuesOf(baseline.side) },
      aim: index === 0 ? (aims[metric] ?? '') : '',
    }));
  });
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const keyed = items.map((item) => ({ item, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

export const TABLE_HEAD = [
  '| benchmark | events in the log | metric | Chancery | compared with | ratio | aim |',
  '|---|---:|---|---:|---|---:|---|',
].join('\n');

/** Formats a row: medians, and in brackets the least and the greatest value of a round. */
export function tableRow({ name, metric, values, baseline, aim }: Row, events: number): string {
  const ratios = baseline?.values.map((value, index) => (values[index] ?? Number.NaN) / value);
  const cells = [
    name,
    events.toLocaleString('en'),
    metric,
    spread(values),
    baseline === undefined ? '' : `${baseline.name}: ${spread(baseline.values)}`,
    ratios === undefined ? '' : spread(ratios),
    aim,
  ];
  return `| ${cells.join(' | ')} |`;
}

function spread(values: readonly number[]): string {
  const range = [Math.min(...values), Math.max(...values)].map(formatNumber);
  const middle = formatNumber(quantile(values, 0.5));
  return values.length < 2 ? middle : `${middle} (${range.join('–')})`;
}

/** Interpolates between the two nearest values. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * fraction;
  const [below = Number.NaN, above = Number.NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}

function formatNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value < 10 ? 2 : 1);
}
