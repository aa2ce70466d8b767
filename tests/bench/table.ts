/** One row of PROMISES: the same work done by Chancery and by the ceiling, in turns. */
export interface Row {
  readonly what: string;
  readonly ceiling: string;
  readonly events: number;
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  readonly promised: string;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** One side of a row, measured once: units a second. */
export type Side = () => Promise<number>;

/** How often both sides are measured, and how often before that only to warm the processes up. */
export interface Turns {
  readonly rounds: number;
  readonly warmUps: number;
}

/**
 * Runs the two sides in turns, so that whatever else the machine does falls on both, and gives the median of each.
 */
export async function inTurns(
  { rounds, warmUps }: Turns,
  ours: Side,
  theirs: Side,
): Promise<Pick<Row, 'ours' | 'theirs'>> {
  const [mine, others]: [number[], number[]] = [[], []];
  for (let round = 0; round < warmUps + rounds; round += 1) {
    const [a, b] = [await ours(), await theirs()];
    if (round < warmUps) continue;
    mine.push(a);
    others.push(b);
  }
  return { ours: median(mine), theirs: median(others) };
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}

export const TABLE_HEAD = [
  '| what | events in the log | Chancery | ceiling | ratio | promised |',
  '|---|---:|---:|---:|---:|---|',
].join('\n');

export function tableRow({ what, ceiling, events, unit, ours, theirs, promised }: Row): string {
  const cells = [
    what,
    events.toLocaleString('en'),
    `${shown(ours)} ${unit}`,
    `${shown(theirs)} ${unit} (${ceiling})`,
    (ours / theirs).toFixed(2),
    promised,
  ];
  return `| ${cells.join(' | ')} |`;
}
