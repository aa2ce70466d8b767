/** What changed in one field of an entry. */
export interface FieldDifference {
  /** Absent when the field was not there before. */
  readonly before?: unknown;
  /** Absent when the field is there no more. */
  readonly after?: unknown;
}

export type EntryDifference = Readonly<Record<string, FieldDifference>>;

type Fields = Readonly<Record<string, unknown>>;

/** The fields in which two entries differ, by name, in the order of the first entry and then of the second. */
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

/** A line for each field, such as `status: current → corrected`. */
export function differenceLines(differences: EntryDifference): readonly string[] {
  return Object.entries(differences).map(
    ([name, { before, after }]) => `${name}: ${valueText(before)} → ${valueText(after)}`,
  );
}

/** A value on one line: a text as it is, a date by its EDTF, a list by its items. */
export function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) {
    return value.join(', ');
  }
  const { edtf } = (value ?? {}) as { edtf?: unknown };
  return typeof edtf === 'string' ? edtf : JSON.stringify(value);
}
