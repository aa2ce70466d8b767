import { countryUrl, type PageUrl } from '../../web/text/url.ts';
import { type Column, textColumn } from './column.ts';

/** What the timeline of a country has in one bin. If its entries are too many to chart, all but the country is null. */
export interface ComparedBin {
  readonly code: string;
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly entries: number | null;
  readonly possible: number | null;
}

/**
 * The columns of a comparison.
 *
 * @param requested its URL, whose filter the timelines of the countries have as well
 */
export function comparisonColumns(requested: PageUrl): readonly Column<ComparedBin>[] {
  return [
    textColumn('code', 'Code of the country (ISO 3166-1).', ({ code }) => code),
    textColumn('name', 'Name of the country.', ({ name }) => name),
    textColumn('from', 'First year, month or day of the bin.', ({ from }) => from),
    textColumn('to', 'Last year, month or day of the bin.', ({ to }) => to),
    countColumn(
      'entries',
      'Entries dated in this time for certain; empty if they are too many.',
      ({ entries }) => entries,
    ),
    countColumn('possible', 'Other entries that may be of this time.', ({ possible }) => possible),
    textColumn(
      'url',
      'URL of the timeline of the country in this time, with the filter.',
      ({ code, from, to }, origin) => {
        const time = from === null || to === null ? {} : { from, to };
        return `${origin}${requested.at(countryUrl(code)).with({ countries: undefined, ...time })}`;
      },
    ),
  ];
}

function countColumn(
  name: string,
  description: string,
  value: Column<ComparedBin>['value'],
): Column<ComparedBin> {
  return { name, type: 'integer', description, value };
}
