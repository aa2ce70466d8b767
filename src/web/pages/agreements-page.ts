import { INSTRUMENTS } from '../../domain/event-types/mou.ts';
import { commaJoined } from '../components/facts.ts';
import {
  COUNTRIES_FIELD,
  dayField,
  type FacetCounts,
  hasListFilters,
  type ListField,
  listForm,
  TOPICS_FIELD,
} from '../components/list-form.ts';
import { type SortableColumn, sortableTable } from '../components/sortable-table.ts';
import { type Html, html } from '../shell/html.ts';
import { formatOccurred, renderDate } from '../text/format-date.ts';
import { agreementUrl } from '../text/url.ts';
import { formatNumber, labelFor, pluralize } from '../text/vocabulary.ts';
import type { AgreementView } from './agreement-page.ts';
import { type IndexView, indexPage } from './index-page.ts';

interface ListedAgreement
  extends Pick<AgreementView, 'stream' | 'title' | 'instrument' | 'signed' | 'parties' | 'state'> {
  readonly shipments: number;
  readonly shipmentsKnown: boolean;
  /** RFC 3339. */
  readonly changedAt: string | null;
}

/** Parties that a row names; the page of the agreement has all. */
const PARTIES_SHOWN = 3;

const STATES = {
  signed: 'signed',
  'in-force': 'in force',
  terminated: 'terminated',
  none: 'signing not recorded',
};
const FIELDS: readonly ListField[] = [
  COUNTRIES_FIELD,
  TOPICS_FIELD,
  dayField('from', 'Signed from'),
  dayField('to', 'Signed until'),
  dayField('inForceFrom', 'In force on or after'),
  dayField('inForceTo', 'In force on or before'),
  { kind: 'choice', name: 'states', label: 'State', options: STATES },
  {
    kind: 'choice',
    name: 'instruments',
    label: 'Kind',
    options: { ...INSTRUMENTS, none: 'Not recorded' },
  },
  {
    kind: 'choice',
    name: 'parties',
    label: 'Parties',
    options: { bilateral: 'two', multilateral: 'more than two', none: 'fewer recorded' },
  },
];

const COLUMNS: readonly SortableColumn<ListedAgreement>[] = [
  {
    title: 'Agreement',
    sort: 'title',
    cell: ({ stream, title }) => html`<a href="${agreementUrl(stream)}" dir="auto">${title ?? stream}</a>`,
  },
  { title: 'Parties', sort: 'parties', first: 'desc', cell: ({ parties }) => partyNames(parties) },
  {
    title: 'Signed',
    sort: 'signed',
    first: 'desc',
    cell: ({ signed }) => (signed === null ? 'not recorded' : formatOccurred(signed)),
  },
  { title: 'State', cell: ({ state }) => (state === null ? '' : labelFor(STATES, state)) },
  {
    title: 'Last change',
    sort: 'changed',
    first: 'desc',
    cell: ({ changedAt }) => (changedAt === null ? '' : renderDate({ edtf: changedAt.slice(0, 10) })),
  },
  {
    title: 'Shipments',
    cell: ({ shipments, shipmentsKnown }) => (shipmentsKnown ? formatNumber(shipments) : 'none known'),
  },
];

export function agreementsPage(view: IndexView<ListedAgreement> & { readonly facets?: FacetCounts }): Html {
  return indexPage(view, {
    section: 'mous',
    title: 'Agreements',
    lead: 'Memoranda of understanding and other agreements, with what is known to have been shipped under them.',
    noun: ['agreement'],
    bar: listForm({ facets: {}, ...view }, FIELDS),
    isFiltered: hasListFilters(view.url, FIELDS),
    list: sortableTable(view.url, 'Agreements', COLUMNS, view.items),
    footer: html`<p><a href="/mous/unknown">Shipments without a known agreement</a></p>`,
  });
}

function partyNames(parties: ListedAgreement['parties']): Html {
  const shown = parties.slice(0, PARTIES_SHOWN);
  const rest = parties.length - shown.length;
  const names = commaJoined(shown.map(({ name }) => html`<bdi>${name}</bdi>`));
  return rest === 0 ? names : html`${names} and ${pluralize(rest, 'other')}`;
}
