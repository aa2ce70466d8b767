import microdiff from 'microdiff';
import { pointerOf } from '../fields/field-error.ts';
import type { JsonValue } from '../values/json.ts';

export interface FieldChange {
  /** RFC 6901 pointer. Lists are compared item by item. */
  readonly pointer: string;
  /** Absent when the field was added. */
  readonly before?: JsonValue;
  /** Absent when the field was removed. */
  readonly after?: JsonValue;
}

/** Compares two objects field by field, as JSON. */
export function fieldChanges(before: object, after: object): readonly FieldChange[] {
  const differences = microdiff(before, after, { cyclesFix: false });
  return differences.map((difference) => ({
    pointer: pointerOf(difference.path),
    ...(difference.type !== 'CREATE' && { before: difference.oldValue as JsonValue }),
    ...(difference.type !== 'REMOVE' && { after: difference.value as JsonValue }),
  }));
}
