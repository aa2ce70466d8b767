/** Keeps the results of a pure function of objects, such as what a walk of a schema finds out. */
export function memoizeBy<Key extends object, Result>(compute: (key: Key) => Result): (key: Key) => Result {
  const known = new WeakMap<Key, { readonly result: Result }>();
  return (key) => {
    const kept = known.get(key);
    if (kept !== undefined) return kept.result;
    const result = compute(key);
    known.set(key, { result });
    return result;
  };
}
