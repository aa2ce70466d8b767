/** Merges sorted sequences, reading each one only as far as needed. They are few, so their heads are compared. */
export function* mergeSorted<Item>(
  sequences: readonly Iterator<Item>[],
  compare: (a: Item, b: Item) => number,
): Generator<Item> {
  const heads = sequences.flatMap((rest) => {
    const { value, done } = rest.next();
    return done === true ? [] : [{ value, rest }];
  });
  while (heads.length > 0) {
    const least = heads.reduce((a, b) => (compare(b.value, a.value) < 0 ? b : a));
    yield least.value;
    const { value, done } = least.rest.next();
    if (done === true) heads.splice(heads.indexOf(least), 1);
    else least.value = value;
  }
}
