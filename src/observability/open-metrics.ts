/**
 * Writes metrics as OpenMetrics 1.0 text (https://github.com/prometheus/OpenMetrics), which Prometheus and most
 * monitoring agents read.
 */

export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;

export interface MetricSample {
  /** What follows the name of the family: `_total`, `_bucket`… */
  readonly suffix?: string;
  readonly labels?: Labels;
  readonly value: number;
}

export interface MetricFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'stateset' | 'info';
  /** The name ends with it. */
  readonly unit?: 'seconds' | 'bytes';
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

/** Families without samples are left out. Each name may occur once. */
export function openMetricsText(families: readonly MetricFamily[]): string {
  const shown = families.filter(({ samples }) => samples.length > 0);
  return `${shown.map(familyText).join('')}# EOF\n`;
}

function familyText({ name, type, unit, help, samples }: MetricFamily): string {
  const unitLine = unit === undefined ? '' : `# UNIT ${name} ${unit}\n`;
  const head = `# TYPE ${name} ${type}\n${unitLine}# HELP ${name} ${escapeText(help)}\n`;
  return head + samples.map((sample) => sampleText(name, sample)).join('');
}

function sampleText(name: string, { suffix = '', labels = {}, value }: MetricSample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeText(text)}"`);
  return `${name}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

/** Returns a sample for each state, of which one is 1. */
export function stateSamples(
  name: string,
  states: readonly string[],
  present: string,
  labels: Labels = {},
): readonly MetricSample[] {
  return states.map((state) => ({ labels: { ...labels, [name]: state }, value: state === present ? 1 : 0 }));
}

/** A number for each combination of labels that has occurred. Their number must be bounded. */
export class Counter {
  readonly #values = new Map<string, { readonly labels: Labels; value: number }>();

  add(labels: Labels, amount = 1): void {
    const key = Object.values(labels).join('\n');
    const counted = this.#values.get(key);
    if (counted === undefined) this.#values.set(key, { labels, value: amount });
    else counted.value += amount;
  }

  samples(): readonly MetricSample[] {
    return [...this.#values.values()].map(({ labels, value }) => ({ suffix: '_total', labels, value }));
  }
}

/** Upper bounds of the buckets, in seconds. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Distribution {
  readonly labels: Labels;
  /** For each bound, observations up to it that are above the one before; last, those above all bounds. */
  readonly buckets: number[];
  count: number;
  sum: number;
}

/** How long something took, for each combination of labels that has occurred. Their number must be bounded. */
export class DurationHistogram {
  readonly #distributions = new Map<string, Distribution>();

  observe(labels: Labels, seconds: number): void {
    const key = Object.values(labels).join('\n');
    const known = this.#distributions.get(key);
    const distribution = known ?? { labels, buckets: BOUNDS.map(() => 0).concat(0), count: 0, sum: 0 };
    if (known === undefined) this.#distributions.set(key, distribution);
    const found = BOUNDS.findIndex((bound) => seconds <= bound);
    const bucket = found < 0 ? BOUNDS.length : found;
    distribution.buckets[bucket] = (distribution.buckets[bucket] ?? 0) + 1;
    distribution.count += 1;
    distribution.sum += seconds;
  }

  samples(): readonly MetricSample[] {
    return [...this.#distributions.values()].flatMap(distributionSamples);
  }
}

function distributionSamples({ labels, buckets, count, sum }: Distribution): readonly MetricSample[] {
  let total = 0;
  const cumulative = buckets.map((observations, index) => {
    total += observations;
    return { suffix: '_bucket', labels: { ...labels, le: boundText(BOUNDS[index]) }, value: total };
  });
  return [...cumulative, { suffix: '_count', labels, value: count }, { suffix: '_sum', labels, value: sum }];
}

/** A bound is written as a floating-point number. */
function boundText(bound: number | undefined): string {
  if (bound === undefined) return '+Inf';
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}
