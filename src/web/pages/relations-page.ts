import { countryName } from '../../domain/countries/countries.ts';
import {
  COUNTRIES_FIELD,
  dayField,
  hasListFilters,
  type ListField,
  listForm,
  TOPICS_FIELD,
} from '../components/list-form.ts';
import { type RelationMatrix, relationMatrixTable } from '../components/relation-matrix.ts';
import { type SortableColumn, sortableTable } from '../components/sortable-table.ts';
import { type Html, html } from '../shell/html.ts';
import { renderDate } from '../text/format-date.ts';
import { relationUrl } from '../text/url.ts';
import { formatNumber } from '../text/vocabulary.ts';
import { type IndexView, indexPage, type TimelineFacts } from './index-page.ts';

type ListedRelation = TimelineFacts & { readonly countries: readonly string[] };

const FIELDS: readonly ListField[] = [
  COUNTRIES_FIELD,
  TOPICS_FIELD,
  dayField('from', 'Active from'),
  dayField('to', 'Active until'),
];

const COLUMNS: readonly SortableColumn<ListedRelation>[] = [
  { title: 'Relation', sort: 'name', cell: ({ countries }) => relationLink(countries) },
  {
    title: 'Entries',
    sort: 'entries',
    first: 'desc',
    isNumber: true,
    cell: ({ entries }) => formatNumber(entries),
  },
  { title: 'First', cell: ({ earliest }) => (earliest === null ? 'open' : renderDate({ edtf: earliest })) },
  {
    title: 'Last activity',
    sort: 'latest',
    first: 'desc',
    cell: ({ latest }) => (latest === null ? 'open' : renderDate({ edtf: latest })),
  },
];

export function relationsPage(view: IndexView<ListedRelation> & { readonly matrix?: RelationMatrix }): Html {
  return indexPage(view, {
    section: 'relations',
    title: 'Relations',
    lead: 'Two countries that have events in common: one acts, the other is involved.',
    noun: ['relation'],
    bar: listForm({ ...view, facets: {} }, FIELDS),
    above: view.matrix && relationMatrixTable(view.matrix),
    isFiltered: hasListFilters(view.url, FIELDS),
    list: sortableTable(view.url, 'Relations', COLUMNS, view.items),
  });
}

function relationLink(countries: readonly string[]): Html {
  const [first = '', second = ''] = countries;
  return html`<a href="${relationUrl(first, second)}">${countries.map(countryName).join(' and ')}</a>`;
}
