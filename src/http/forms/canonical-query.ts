import { SHOWN_SUFFIX } from '../../web/text/url.ts';

/** Parameters that are lists. A form sends one parameter per ticked box. */
const LISTS: ReadonlySet<string> = new Set([
  'types',
  'roles',
  'countries',
  'topics',
  'speechActs',
  'speechAct',
  'instruments',
  'states',
  'parties',
]);
/** Values that a form always sends and that are the defaults. */
const DEFAULTS: Readonly<Record<string, string>> = {
  sort: 'key',
  shipments: 'any',
  role: 'any',
};
/** Parameters of pages that no longer have them, but that links may have. */
const FORMER: ReadonlySet<string> = new Set(['lanes']);
/** Parameters that may be instants. */
const INSTANTS: ReadonlySet<string> = new Set(['asOf', 'from', 'to']);
/** Which states they stood for in the form that was sent. */
const SHOWN: ReadonlySet<string> = new Set([...INSTANTS].map((name) => `${name}${SHOWN_SUFFIX}`));
/** The value of a `datetime-local` input, which the form labels as UTC. */
const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?$/;

/**
 * Returns the canonical URL for the forms of a timeline: without empty parameters and defaults, with
 * comma-separated lists, and with instants in UTC, or the states that they stood for. Returns undefined if the URL is
 * canonical already or cannot come from the form.
 *
 * @param limit the default number of entries of a page, which the form of a timeline always sends
 */
export function canonicalUrl(url: string, limit = '50'): string | undefined {
  const mark = url.indexOf('?');
  if (mark < 0) return undefined;
  const kept = new Map<string, string>();
  const parameters = new URLSearchParams(url.slice(mark + 1));
  let isChanged = false;
  for (const [name, value] of parameters) {
    const normalized = unchangedState(name, value, parameters) ?? normalizedValue(name, value);
    const previous = kept.get(name);
    isChanged ||= normalized !== value || previous !== undefined;
    const fallback = name === 'limit' ? limit : DEFAULTS[name];
    const isDropped = FORMER.has(name) || SHOWN.has(name);
    if (normalized === '' || normalized === fallback || isDropped) isChanged = true;
    else if (previous === undefined) kept.set(name, normalized);
    else if (LISTS.has(name)) kept.set(name, `${previous},${normalized}`);
    else return undefined;
  }
  if (!isChanged) return undefined;
  const query = new URLSearchParams([...kept]).toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return query === '' ? url.slice(0, mark) : `${url.slice(0, mark)}?${query}`;
}

/** Returns the state that the form was opened with, unless its instant was changed in the form. */
function unchangedState(name: string, value: string, parameters: URLSearchParams): string | undefined {
  if (!INSTANTS.has(name)) return undefined;
  const [instant = '', token] = (parameters.get(`${name}${SHOWN_SUFFIX}`) ?? '').split(' ');
  const isUnchanged = value === instant || Date.parse(`${value}Z`) === Date.parse(`${instant}Z`);
  return isUnchanged ? token : undefined;
}

function normalizedValue(name: string, value: string): string {
  if (LISTS.has(name)) {
    return value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .join(',');
  }
  const text = value.trim();
  if (!INSTANTS.has(name) || !LOCAL_TIME.test(text)) return text;
  return text.length === 'YYYY-MM-DDThh:mm'.length ? `${text}:00Z` : `${text}Z`;
}
