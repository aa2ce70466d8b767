import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/**
 * Makes the changes that lead from one value to another in a third one, which keeps everything else. Where both have
 * changed the same, the change wins.
 */
export function applyChanges(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  onto: JsonValue | undefined,
): JsonValue | undefined {
  if (isDeepStrictEqual(before, after)) return onto;
  if (Array.isArray(onto) && isListOrAbsent(before) && isListOrAbsent(after) && after?.length !== 0) {
    const merged = changedList(before ?? [], after ?? [], onto);
    return merged.length === 0 ? after : merged;
  }
  if (before === undefined || after === undefined || onto === undefined) return after;
  if (isObject(before) && isObject(after) && isObject(onto)) return changedObject(before, after, onto);
  return after;
}

/** An empty list states that there is none, so it replaces all others; an absent one states nothing. */
function isListOrAbsent(value: JsonValue | undefined): value is readonly JsonValue[] | undefined {
  return value === undefined || Array.isArray(value);
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

/** An item of a merged list. `from` is its place in the list of the change; without one, only the third list has it. */
interface Merged {
  readonly value: JsonValue;
  readonly from?: number | undefined;
}

/** Keeps what the third list has of each item, and what was added to and removed from it. */
function changedList(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  onto: readonly JsonValue[],
): readonly JsonValue[] {
  const edited = new Map(pairsOf(before, after, areKeyedAlike));
  const present = new Map(pairsOf(before, onto, haveNoKeys));
  const origins = new Map([...present].map(([index, at]) => [at, index]));
  const merged = onto.flatMap((value, at): readonly Merged[] => {
    const index = origins.get(at);
    if (index === undefined) return [{ value }];
    const from = edited.get(index);
    if (from === undefined) return [];
    const changed = applyChanges(before[index], after[from], value);
    return changed === undefined ? [] : [{ value: changed, from }];
  });
  const removed = [...edited].filter(
    ([index, from]) => !present.has(index) && isDeepStrictEqual(before[index], after[from]),
  );
  return withAdded(merged, after, new Set(removed.map(([, from]) => from)));
}

/** @param removed places in the list of the change of what the third list no longer has */
function withAdded(
  merged: readonly Merged[],
  after: readonly JsonValue[],
  removed: ReadonlySet<number>,
): readonly JsonValue[] {
  const list = [...merged];
  let end = 0;
  for (const [from, value] of after.entries()) {
    const at = list.findIndex((item) => item.from === from);
    if (at >= 0) end = at + 1;
    if (at >= 0 || removed.has(from)) continue;
    const others = list.filter((item) => item.from === undefined).map((item) => item.value);
    if (others.some((other) => isDeepStrictEqual(other, value))) continue;
    while (end < list.length && list[end]?.from === undefined) end += 1;
    list.splice(end, 0, { value: withoutTakenKey(value, others), from });
    end += 1;
  }
  return list.map(({ value }) => value);
}

/** Two people who add an item at the same time may give it the same key. */
function withoutTakenKey(value: JsonValue, others: readonly JsonValue[]): JsonValue {
  const key = keyOf(value);
  if (key === undefined || !isObject(value) || !others.some((other) => keyOf(other) === key)) return value;
  const { key: _taken, ...rest } = value;
  return rest;
}

/** White space does not count, as forms tidy it. */
function keyOf(item: JsonValue | undefined): JsonValue | undefined {
  const key = item !== undefined && isObject(item) ? memberOf(item, 'key') : undefined;
  return typeof key === 'string' ? key.trim().replace(/\s+/g, ' ') : key;
}

type IsSame = (a: JsonValue | undefined, b: JsonValue | undefined) => boolean;

/** Who has edited a list may have edited the key of an item as well. */
const areKeyedAlike: IsSame = (a, b) => (keyOf(a) === undefined) === (keyOf(b) === undefined);

/** In a list of somebody else, another key means another item. */
const haveNoKeys: IsSame = (a, b) => keyOf(a) === undefined && keyOf(b) === undefined;

type Pair = readonly [index: number, other: number];

/**
 * Finds the items of a list in another one: by their keys; without keys, those that have not changed, and between them
 * those at the same place.
 *
 * @param isSameAtPlace whether what is at the same place may be the same item
 */
function pairsOf(
  before: readonly JsonValue[],
  other: readonly JsonValue[],
  isSameAtPlace: IsSame,
): readonly Pair[] {
  const pairs: Pair[] = [];
  let [index, at] = [0, 0];
  for (const [nextIndex, nextAt] of [...commonItems(before, other), [before.length, other.length] as const]) {
    for (; index < nextIndex && at < nextAt; index += 1, at += 1) {
      if (isSameAtPlace(before[index], other[at])) pairs.push([index, at]);
    }
    if (nextIndex < before.length) pairs.push([nextIndex, nextAt]);
    [index, at] = [nextIndex + 1, nextAt + 1];
  }
  return pairs;
}

/** Returns a longest common subsequence of two lists. */
function commonItems(a: readonly JsonValue[], b: readonly JsonValue[]): readonly Pair[] {
  // The length of a longest common subsequence of what follows each pair of places.
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const lengthAt = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] as Uint16Array;
    for (let j = b.length - 1; j >= 0; j -= 1) {
      row[j] = isSame(a[i], b[j])
        ? lengthAt(i + 1, j + 1) + 1
        : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  }
  const pairs: Pair[] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length; ) {
    if (isSame(a[i], b[j])) pairs.push([i++, j++]);
    else if (lengthAt(i + 1, j) >= lengthAt(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  const key = keyOf(a);
  return key === undefined ? isDeepStrictEqual(a, b) : key === keyOf(b);
}
