/** Parameters that are lists: a form sends one for each box that is ticked. */
const LISTS: ReadonlySet<string> = new Set([
  'types',
  'roles',
  'countries',
  'topics',
  'speechActs',
  'speechAct',
]);
/** What a form always sends, and means nothing. */
const ABSENT: Readonly<Record<string, string>> = { order: 'asc', limit: '50', lanes: 'kind' };
/** What a browser sends for a date and time, which the form says to be UTC. */
const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?$/;

/**
 * The address of a view that a form was sent for: without what was left empty, lists with commas, instants with their
 * zone. Undefined when it is the one that was asked for, or cannot be that of a form.
 */
export function canonicalUrl(asked: string): string | undefined {
  const mark = asked.indexOf('?');
  if (mark < 0) return undefined;
  const sent = new URLSearchParams(asked.slice(mark + 1));
  const kept = new Map<string, string>();
  let isChanged = false;
  for (const [name, value] of sent) {
    const tidy = tidied(name, value);
    const before = kept.get(name);
    isChanged ||= tidy !== value || before !== undefined;
    if (tidy === '' || tidy === ABSENT[name]) isChanged = true;
    else if (before === undefined) kept.set(name, tidy);
    else if (LISTS.has(name)) kept.set(name, `${before},${tidy}`);
    else return undefined;
  }
  if (!isChanged) return undefined;
  const query = new URLSearchParams([...kept]).toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return query === '' ? asked.slice(0, mark) : `${asked.slice(0, mark)}?${query}`;
}

function tidied(name: string, value: string): string {
  if (LISTS.has(name)) {
    return value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .join(',');
  }
  const text = value.trim();
  if (name !== 'asOf' || !LOCAL_TIME.test(text)) return text;
  return text.length === 16 ? `${text}:00Z` : `${text}Z`;
}
