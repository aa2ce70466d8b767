/** One event or several, as they are sent or as they are exported. */
export type History = object | readonly object[];

/** @throws TypeError when one of them is no object. */
export function eventsOf(history: History): readonly object[] {
  const events: readonly unknown[] = Array.isArray(history) ? history : [history];
  for (const event of events) {
    if (typeof event === 'object' && event !== null && !Array.isArray(event)) continue;
    throw new TypeError(`An event is an object, not ${JSON.stringify(event)}.`);
  }
  return events as readonly object[];
}
