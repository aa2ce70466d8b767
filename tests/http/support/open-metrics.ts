/**
 * A strict reader of OpenMetrics 1.0 text, written from its grammar and rules
 * (https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md) and not from the code that writes
 * it. It knows the types that are in use.
 */

export interface ReadFamily {
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: ReadSample[];
}

export interface ReadSample {
  /** The name of the sample without that of the family. */
  readonly suffix: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  stateset: [''],
  info: ['_info'],
  histogram: ['_bucket', '_count', '_sum'],
};
const METADATA = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/gy;

/** Throws an error that names the line that breaks a rule. */
export function readOpenMetrics(text: string): ReadonlyMap<string, ReadFamily> {
  if (!text.endsWith('# EOF\n')) throw new Error('The text does not end with # EOF.');
  const families = new Map<string, ReadFamily>();
  let present = '';
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, keyword = '', name = '', rest = ''] = METADATA.exec(line) ?? [];
    if (keyword === 'TYPE') {
      if (families.has(name)) throw new Error(`A second family: ${line}`);
      if (SUFFIXES[rest] === undefined) throw new Error(`Unknown type: ${line}`);
      families.set(name, { type: rest, unit: '', help: '', samples: [] });
      present = name;
      continue;
    }
    const family = families.get(present);
    if (family === undefined) throw new Error(`No family: ${line}`);
    if (keyword === '') family.samples.push(readSample(present, family.type, line));
    else if (name !== present || family.samples.length > 0) throw new Error(`Out of place: ${line}`);
    else families.set(present, { ...family, [keyword === 'UNIT' ? 'unit' : 'help']: rest });
  }
  for (const [name, family] of families) checkFamily(name, family);
  return families;
}

function readSample(family: string, type: string, line: string): ReadSample {
  const [, name = '', labelsText = '', value = ''] = SAMPLE.exec(line) ?? [];
  const suffix = name.slice(family.length);
  if (!name.startsWith(family) || SUFFIXES[type]?.includes(suffix) !== true) {
    throw new Error(`Not a sample of the ${type} ${family}: ${line}`);
  }
  return { suffix, labels: readLabels(labelsText, line), value: Number(value) };
}

function readLabels(text: string, line: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  let end = 0;
  for (const { 0: whole, 1: name = '', 2: value = '', index } of text.matchAll(LABEL)) {
    if (name in labels) throw new Error(`A label twice: ${line}`);
    labels[name] = value.replace(/\\(.)/g, (_escape, char) => (char === 'n' ? '\n' : char));
    end = index + whole.length;
  }
  if (end !== text.length || text.endsWith(',')) throw new Error(`Malformed labels: ${line}`);
  return labels;
}

function checkFamily(name: string, { type, unit, help, samples }: ReadFamily): void {
  if (unit !== '' && !name.endsWith(`_${unit}`))
    throw new Error(`${name} does not end with its unit ${unit}.`);
  if (help === '' || samples.length === 0) throw new Error(`${name} has no help or no samples.`);
  const identities = samples.map(
    ({ suffix, labels }) => suffix + JSON.stringify(Object.entries(labels).sort()),
  );
  if (new Set(identities).size !== samples.length) throw new Error(`${name} has a sample twice.`);
  if (type !== 'gauge' && samples.some(({ value }) => value < 0)) throw new Error(`${name} is negative.`);
  if (type === 'histogram') checkHistogram(name, samples);
  if (type === 'stateset' && samples.some(({ labels, value }) => !(name in labels) || value > 1)) {
    throw new Error(`${name} is no set of states.`);
  }
}

/** The buckets of a distribution grow up to +Inf, which has all observations. */
function checkHistogram(name: string, samples: readonly ReadSample[]): void {
  const distributions = new Map<string, ReadSample[]>();
  for (const sample of samples) {
    const { le: _le, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    distributions.set(key, [...(distributions.get(key) ?? []), sample]);
  }
  for (const distribution of distributions.values()) {
    const buckets = distribution.filter(({ suffix }) => suffix === '_bucket');
    const bounds = buckets.map(({ labels }) => Number(labels['le']?.replace('+Inf', 'Infinity')));
    const isSorted = (values: readonly number[]) =>
      values.every((value, i) => i === 0 || value >= (values[i - 1] ?? 0));
    const count = distribution.find(({ suffix }) => suffix === '_count')?.value;
    const sums = distribution.filter(({ suffix }) => suffix === '_sum');
    const isWhole = bounds.at(-1) === Number.POSITIVE_INFINITY && buckets.at(-1)?.value === count;
    if (!isWhole || sums.length !== 1 || !isSorted(bounds) || !isSorted(buckets.map(({ value }) => value))) {
      throw new Error(`${name} has buckets that do not add up.`);
    }
  }
}
