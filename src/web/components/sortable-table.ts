import { type Html, html } from '../shell/html.ts';
import type { PageUrl } from '../text/url.ts';

export interface SortableColumn<Item> {
  readonly title: string;
  /** The value of the parameter `sort`; undefined if the table cannot be sorted by the column. */
  readonly sort?: string;
  /** The order that a first click asks for. */
  readonly first?: 'asc' | 'desc';
  readonly isNumber?: true;
  readonly cell: (item: Item) => Html | string | undefined;
}

/**
 * A table whose columns are sorted by links in their headings. The first column names the row. A narrow window scrolls
 * the table, not the page.
 *
 * @param label names the table for those who do not see it
 */
export function sortableTable<Item>(
  url: PageUrl,
  label: string,
  columns: readonly SortableColumn<Item>[],
  items: readonly Item[],
): Html {
  return html`
    <div class="table-region" role="region" aria-label="${label}" tabindex="0">
      <table class="sortable">
        <thead><tr>${columns.map((column) => heading(url, column))}</tr></thead>
        <tbody>${items.map((item) => row(columns, item))}</tbody>
      </table>
    </div>`;
}

function row<Item>(columns: readonly SortableColumn<Item>[], item: Item): Html {
  return html`<tr>${columns.map((column, index) => cell(column, item, index))}</tr>`;
}

function heading(url: PageUrl, { title, sort, first = 'asc', isNumber }: SortableColumn<never>): Html {
  const numeric = isNumber && html` class="number"`;
  if (sort === undefined) return html`<th scope="col"${numeric}>${title}</th>`;
  const current = url.get('sort') === sort ? (url.get('order') ?? 'asc') : undefined;
  const next = current === undefined ? first : OPPOSITE[current];
  const link = url.with({ sort, order: next === 'asc' ? undefined : next });
  const state = current !== undefined && html` aria-sort="${current}ending"`;
  return html`<th scope="col"${numeric}${state}><a href="${link}">${title}</a></th>`;
}

const OPPOSITE: Readonly<Record<string, 'asc' | 'desc'>> = { asc: 'desc', desc: 'asc' };

function cell<Item>({ isNumber, cell: render }: SortableColumn<Item>, item: Item, index: number): Html {
  if (index === 0) return html`<th scope="row">${render(item)}</th>`;
  return html`<td${isNumber && html` class="number"`}>${render(item)}</td>`;
}
