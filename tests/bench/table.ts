/** One row of the table: Chancery compared with a baseline that does the same work without Chancery. */
export interface Row {
  readonly name: string;
  /** Number of events in the log. */
  readonly events: number;
  readonly unit: string;
  readonly chancery: number;
  readonly baseline: number;
  readonly baselineName: string;
  /** The bound for the ratio of the two, such as `≥ 0.7`. */
  readonly target: string;
}

/** How often both sides are measured, after rounds whose results are discarded. */
export interface Rounds {
  readonly measured: number;
  readonly warmUps: number;
}

/** Measures one side once, in the unit of the row. */
export type Measurement = () => Promise<number>;

/** Measures both sides alternately, so other load on the machine affects both, and returns their medians. */
export async function measureInTurns(
  { measured, warmUps }: Rounds,
  measureChancery: Measurement,
  measureBaseline: Measurement,
): Promise<Pick<Row, 'chancery' | 'baseline'>> {
  const [chancery, baseline]: [number[], number[]] = [[], []];
  for (let round = 0; round < warmUps + measured; round += 1) {
    chancery.push(await measureChancery());
    baseline.push(await measureBaseline());
  }
  return { chancery: median(chancery.slice(warmUps)), baseline: median(baseline.slice(warmUps)) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export const TABLE_HEAD = [
  '| benchmark | events in the log | Chancery | baseline | ratio | target |',
  '|---|---:|---:|---:|---:|---|',
].join('\n');

export function tableRow({ name, events, unit, chancery, baseline, baselineName, target }: Row): string {
  const cells = [
    name,
    events.toLocaleString('en'),
    `${formatNumber(chancery)} ${unit}`,
    `${formatNumber(baseline)} ${unit} (${baselineName})`,
    (chancery / baseline).toFixed(2),
    target,
  ];
  return `| ${cells.join(' | ')} |`;
}

function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
