import { type Html, html } from '../shell/html.ts';
import { countryUrl, relationUrl } from '../text/url.ts';
import { formatNumber, pluralize } from '../text/vocabulary.ts';

export interface RelationMatrix {
  /** The countries with most entries in relations, from the first on; `entries` is their number. */
  readonly countries: readonly { readonly code: string; readonly name: string; readonly entries: number }[];
  /** By row and column: the number of entries of the relation; null for a country and itself. */
  readonly entries: readonly (readonly (number | null)[])[];
}

/** Tints of cells with more and more entries. The numbers in them say the same. */
const TINTS = 5;

/**
 * A table of the relations between countries; empty cells have no entries. A narrow window scrolls it beside the names
 * of the rows.
 */
export function relationMatrixTable({ countries, entries }: RelationMatrix): Html | undefined {
  if (countries.length < 2) return undefined;
  const most = Math.max(...entries.flat().map(Number));
  return html`
    <p class="matrix-title" id="matrix-title">
      Entries of the relations between the ${pluralize(countries.length, 'country', 'countries')} that have most of
      them. Stronger tints have more.
    </p>
    <div class="table-region" role="region" aria-labelledby="matrix-title" tabindex="0">
      <table class="matrix">
        <caption class="visually-hidden">Entries by country and country</caption>
        <thead>
          <tr>
            <td></td>
            ${countries.map(({ code, name }) => html`<th scope="col"><abbr title="${name}">${code}</abbr></th>`)}
          </tr>
        </thead>
        <tbody>
          ${countries.map(
            ({ code, name }, row) => html`
              <tr>
                <th scope="row"><a href="${countryUrl(code)}">${name}</a> ${code}</th>
                ${countries.map((column, index) => cell([code, column.code], entries[row]?.[index] ?? null, most))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function cell(codes: readonly [string, string], entries: number | null, most: number): Html {
  if (entries === null) return html`<td class="same">–</td>`;
  if (entries === 0) return html`<td></td>`;
  const [first = '', second = ''] = codes.toSorted();
  const link = html`<a href="${relationUrl(first, second)}">${formatNumber(entries)}</a>`;
  return html`<td class="tint-${tintOf(entries, most)}">${link}</td>`;
}

/** Each tint stands for a multiple of the entries of the one before: few relations have most of the entries. */
function tintOf(entries: number, most: number): number {
  return Math.max(1, Math.ceil((Math.log1p(entries) / Math.log1p(most)) * TINTS));
}
