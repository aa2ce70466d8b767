import { type Html, html } from '../shell/html.ts';
import type { PageUrl } from '../text/url.ts';
import { type ActiveFilter, FILTER_ROWS } from './filter-fields.ts';

/** One value of a filter. */
interface ActiveValue {
  readonly text: string;
  /** URL of the page without the value. */
  readonly without: string;
}

/**
 * Lists the values that the page is filtered by, each with a link that removes it.
 *
 * @param parameterOf returns the query parameter that sets a filter
 * @param rows the filters of the page, by name
 */
export function activeFilters(
  url: PageUrl,
  parameterOf: (filter: string) => string = String,
  rows: Readonly<Record<string, ActiveFilter>> = FILTER_ROWS,
): Html | undefined {
  const values = Object.entries(rows).flatMap(([name, row]) => valuesOf(row, parameterOf(name), url, rows));
  if (values.length === 0) return undefined;
  const all = url.without(Object.keys(rows).map(parameterOf));
  return html`
    <ul class="active-filters" aria-label="Active filters">
      ${values.map(activeValue)}
      ${values.length > 1 && html`<li class="all"><a href="${all}">Clear all</a></li>`}
    </ul>`;
}

function valuesOf(
  { label, isList, textOf }: ActiveFilter,
  parameter: string,
  url: PageUrl,
  rows: Readonly<Record<string, ActiveFilter>>,
): readonly ActiveValue[] {
  const value = url.get(parameter);
  if (value === undefined || value === '') return [];
  const items = isList ? value.split(',') : [value];
  return items.map((item) => {
    const rest = items.filter((other) => other !== item).join(',');
    const without = rest === '' ? withoutParameter(parameter, url, rows) : url.with({ [parameter]: rest });
    return { text: `${label}: ${textOf(item)}`, without };
  });
}

/** Also removes the filters that would be refused without the parameter. */
function withoutParameter(
  parameter: string,
  url: PageUrl,
  rows: Readonly<Record<string, ActiveFilter>>,
): string {
  const isLeft = (name: string) => name !== parameter && url.get(name) !== undefined;
  const dependent = Object.keys(rows).filter((name) => rows[name]?.needs?.some(isLeft) === false);
  return url.without([parameter, ...dependent]);
}

function activeValue({ text, without }: ActiveValue): Html {
  return html`<li><bdi>${text}</bdi> <a href="${without}" aria-label="Remove ${text}">\u00d7</a></li>`;
}
