import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * Makes the changes that lead from one value to another in a third one, which keeps everything else. Where both have
 * changed the same, the change wins. In a list, an item that has not changed keeps what the third value has of it.
 */
export function applyChanges(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  onto: JsonValue | undefined,
): JsonValue | undefined {
  if (isDeepStrictEqual(before, after)) return onto;
  if (before === undefined || after === undefined || onto === undefined) return after;
  if (isObject(before) && isObject(after) && isObject(onto)) return changedObject(before, after, onto);
  if (Array.isArray(before) && Array.isArray(after) && Array.isArray(onto)) {
    return changedList(before, after, onto);
  }
  return after;
}

function changedObject(before: JsonObject, after: JsonObject, onto: JsonObject): JsonObject {
  const names = new Set([...Object.keys(onto), ...Object.keys(after)]);
  const entries = [...names].map(
    (name) =>
      [name, applyChanges(memberOf(before, name), memberOf(after, name), memberOf(onto, name))] as const,
  );
  return Object.fromEntries(entries.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}

/** Objects inherit members, such as `toString`, that are none of the value. */
function memberOf(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** In a third list of another length, items that were edited are found by what they were, or else by their place. */
function changedList(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  onto: readonly JsonValue[],
): readonly JsonValue[] {
  if (before.length !== after.length)
    return before.length === onto.length ? regrouped(before, after, onto) : after;
  const list = [...onto];
  for (const [index, item] of after.entries()) {
    const old = before[index];
    if (isDeepStrictEqual(old, item)) continue;
    const found =
      onto.length === before.length ? index : onto.findIndex((each) => isDeepStrictEqual(each, old));
    const at = Math.min(found < 0 ? index : found, list.length);
    list[at] = applyChanges(old, item, list[at]) ?? item;
  }
  return list;
}

/** Takes what has not changed from the third list, where it has the place that it had before. */
function regrouped(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  onto: readonly JsonValue[],
): readonly JsonValue[] {
  const taken = new Set<number>();
  return after.map((item) => {
    const index = before.findIndex((old, at) => !taken.has(at) && isDeepStrictEqual(old, item));
    taken.add(index);
    return onto[index] ?? item;
  });
}
