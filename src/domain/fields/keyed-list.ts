import type { z } from 'zod';
import { issue } from './field-error.ts';
import { listOf } from './field-schemas.ts';

/** A list of items that each have a `key` of their own. */
export function keyedList<Item extends z.ZodType<{ key: string }>>(item: Item, itemsMax: number) {
  return listOf(item, itemsMax).check(refuseRepeatedKeys);
}

function refuseRepeatedKeys(field: z.core.ParsePayload<readonly { readonly key: string }[]>): void {
  const seen = new Set<string>();
  for (const [index, { key }] of field.value.entries()) {
    if (seen.has(key)) {
      const detail = 'Another item of this list has the same key. Give each its own.';
      field.issues.push(issue(key, 'duplicate-key', detail, [index, 'key']));
    }
    seen.add(key);
  }
}
