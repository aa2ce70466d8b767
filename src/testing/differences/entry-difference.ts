/** How one field of an entry differs. */
export interface FieldDifference {
  /** Absent if the field is new. */
  readonly before?: unknown;
  /** Absent if the field was removed. */
  readonly after?: unknown;
}

/** Field name → how the field differs. Equal fields are absent. */
export type EntryDifference = Readonly<Record<string, FieldDifference>>;

type Fields = Readonly<Record<string, unknown>>;

/** Compares two entries field by field, as JSON. Fields come in the order of `before`, then of `after`. */
export function entryDifference(before: Fields, after: Fields): EntryDifference {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const differences: Record<string, FieldDifference> = {};
  for (const name of names) {
    if (JSON.stringify(before[name]) === JSON.stringify(after[name])) continue;
    differences[name] = {
      ...(name in before && { before: before[name] }),
      ...(name in after && { after: after[name] }),
    };
  }
  return differences;
}

/** Formats what an event changed in an entry, one line a field: `status: current → corrected`. */
export function formatChanges(difference: EntryDifference): readonly string[] {
  return Object.entries(difference).map(
    ([name, { before, after }]) => `${name}: ${formatValue(before)} → ${formatValue(after)}`,
  );
}

/** Formats how an entry misses an expectation, one line a field: `status: expected current, received corrected`. */
export function formatMismatches(difference: EntryDifference): readonly string[] {
  return Object.entries(difference).map(
    ([name, { before, after }]) => `${name}: expected ${formatValue(before)}, received ${formatValue(after)}`,
  );
}

/** Formats a value on one line: a string without quotes, a date as EDTF, a list of strings with commas. */
export function formatValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) {
    return value.join(', ');
  }
  const { edtf } = (value ?? {}) as { edtf?: unknown };
  return typeof edtf === 'string' ? edtf : JSON.stringify(value);
}

/**
 * Formats how two texts differ: the line before the first difference, the lines that are missing (`- `), and the lines
 * that were received instead (`+ `). An undefined text has no lines.
 */
export function formatLineDifference(expected: string | undefined, received: string | undefined): string {
  const [before, after] = [expected?.split('\n') ?? [], received?.split('\n') ?? []];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const missing = before.slice(start, before.length - end).map((line) => `- ${line}`);
  const unexpected = after.slice(start, after.length - end).map((line) => `+ ${line}`);
  const context = start > 0 ? [`  ${before[start - 1]}`] : [];
  return [...context, ...missing, ...unexpected].join('\n');
}
