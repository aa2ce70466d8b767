/** Merges sorted sequences, reading each one only as far as needed. They are few, so their heads are compared. */
export function* mergeSorted<Item>(
  sequences: readonly Iterator<Item>[],
  compare: (a: Item, b: Item) => number,
): Generator<Item> {
  const heads: { value: Item; readonly rest: Iterator<Item> }[] = [];
  for (const rest of sequences) {
    const { value, done } = rest.next();
    if (done !== true) heads.push({ value, rest });
  }
  for (let [least] = heads; least !== undefined; [least] = heads) {
    for (const head of heads) if (compare(head.value, least.value) < 0) least = head;
    yield least.value;
    const { value, done } = least.rest.next();
    if (done === true) heads.splice(heads.indexOf(least), 1);
    else least.value = value;
  }
}
