const TEXTS_MAX = 4_096;

/**
 * A function of short texts that answers from memory what it was asked before: codes, names and days come again on
 * every page. What it gives must follow from the text alone. When it knows too many texts, it forgets all of them.
 */
export function memoize<Text extends string, Result>(
  compute: (text: Text) => Result,
): (text: Text) => Result {
  const known = new Map<Text, Result>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= TEXTS_MAX) known.clear();
    const result = compute(text);
    known.set(text, result);
    return result;
  };
}
