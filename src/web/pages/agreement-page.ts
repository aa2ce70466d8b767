import type { Amount } from '../../domain/fields/amount.ts';
import { activeFilters } from '../components/active-filters.ts';
import { asOfBanner, staleBanner } from '../components/banners.ts';
import { recordCurationLinks } from '../components/curation-links.ts';
import { renderEvent } from '../components/entry-list.ts';
import { renderAttributions, renderLinks, renderRedactions, statusBadge } from '../components/facts.ts';
import { filterForm } from '../components/filter-form.ts';
import { eventLink } from '../components/links.ts';
import { liveBadge, liveBadgeIslands } from '../components/live-badge.ts';
import { momentIslands, momentSlider } from '../components/moments.ts';
import { renderActor } from '../components/payload-fields.ts';
import { recordEntry } from '../components/record-entry.ts';
import { sinceForm } from '../components/since-form.ts';
import type { Entry, EventEntry, TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatOccurred, renderDate } from '../text/format-date.ts';
import { claimsUrl, referenceUrl, streamUrl } from '../text/url.ts';
import { formatNumber, pluralize, typeLabel } from '../text/vocabulary.ts';
import { embedPage } from './embed-page.ts';
import { timelineAlternates, timelineLinks, timelinePage } from './timeline-page.ts';

/** One event of an agreement or of a shipment under it. */
export interface AgreementEvent {
  readonly id: string;
  readonly type: string;
  readonly headline: string;
  readonly occurred: Entry['occurred'];
  readonly status: Entry['status'];
  readonly versions: number;
  readonly redactions?: Entry['redactions'];
  readonly sources: number;
  readonly links: EventEntry['links'];
  /** Days between the step and an earlier one of its record or the signing; null if there is none. */
  readonly daysSince: { readonly least: number; readonly most: number | null; readonly event: string } | null;
}

/** An agreement and how it is being carried out. */
export interface AgreementView {
  readonly stream: string;
  readonly title: string | null;
  /** Kind of the agreement, such as `mou`; null until the signing is recorded. */
  readonly instrument: string | null;
  readonly signed: Entry['occurred'] | null;
  /** The amounts that the signing states. */
  readonly amounts: readonly Amount[];
  readonly parties: readonly { readonly name: string; readonly country?: string }[];
  readonly topics: readonly string[];
  /** `signed`, `in-force` or `terminated`; null until the signing is recorded. */
  readonly state: string | null;
  readonly inForceFrom: string | null;
  readonly until: string | null;
  readonly terminatedOn: string | null;
  readonly participation: readonly {
    readonly party: { readonly name: string; readonly country?: string };
    readonly acts: readonly {
      readonly act: string;
      readonly occurred: Entry['occurred'];
      readonly effectiveFrom: string | null;
      readonly event: string;
    }[];
  }[];
  readonly steps: readonly AgreementEvent[];
  readonly shipments: readonly { readonly stream: string; readonly steps: readonly AgreementEvent[] }[];
  readonly shipmentsKnown: boolean;
}

/**
 * Shows the events from the signing to the shipments, with the days between them.
 *
 * @param whole the agreement with the events that do not match the filter as well
 */
export function agreementPage(agreement: AgreementView, whole: AgreementView, view: TimelineView): Html {
  const { stream, signed } = agreement;
  const title = agreement.title ?? stream;
  const content = html`
    ${
      !view.isComplete &&
      html`<p class="note">This agreement has too many events for one page; the latest are not shown.</p>`
    }
    ${terms(agreement)}
    <section aria-labelledby="agreement-title">
      <h2 id="agreement-title">The agreement</h2>
      ${
        agreement.steps.length === 0
          ? html`<p class="note">${isFiltered(view) ? NO_STEP : NO_EVENTS}</p>`
          : stepList(agreement.steps, whole.steps)
      }
    </section>
    ${participationSection(agreement)}
    ${shipmentsSection(agreement, whole)}`;
  const [kicker, subtitle] = ['Agreement', signedText(signed)];
  const isRefused = view.errors.length > 0;
  if (view.isEmbedded) return embedPage(view, { kicker, title, subtitle, content });
  const main = html`
    <header class="page-header">
      <p class="kicker">${kicker}</p>
      <h1 class="long" dir="auto">${title}</h1>
      <p class="subtitle">${subtitle}</p>
    </header>
    ${
      isRefused
        ? html`<section class="bar" aria-label="Filter">${filterForm(view, FIELDS)}</section>`
        : agreementMain(agreement, view, { title, content })
    }`;
  return layout({
    title: isRefused ? `Error: ${title}` : title,
    section: 'mous',
    main,
    islands: ['event-dialog.js', ...(isRefused ? [] : [...liveBadgeIslands(view), ...momentIslands(view)])],
    alternates: timelineAlternates(view, title),
    description: `${title}. ${subtitle}.`,
    url: `${view.origin}${view.url.with({})}`,
  });
}

const NO_EVENTS = 'There are no events of the agreement itself.';
const NO_STEP = 'No event of the agreement itself matches the filter.';
const UNKNOWN_SHIPMENTS = 'It is not known whether anything was shipped under this agreement.';
const NO_SHIPMENT = 'No shipment matches the filter.';

function isFiltered({ url }: TimelineView): boolean {
  return FIELDS.fields.some((name) => url.get(name) !== undefined);
}

const FIELDS = { fields: ['q', 'relay', 'outlet'], isWhole: true } as const;

function agreementMain(
  { stream, signed, steps }: AgreementView,
  view: TimelineView,
  { title, content }: { readonly title: string; readonly content: Html },
): Html {
  return html`
    ${(steps.length > 0 || signed !== null) && recordCurationLinks(stream)}
    ${asOfBanner(view)}
    ${staleBanner(view)}
    <section class="bar" aria-label="Filter">
      ${filterForm(view, FIELDS)}
      ${sinceForm(view)}
      ${momentSlider(view)}
      ${activeFilters(view.url)}
      ${liveBadge(view)}
    </section>
    ${content}
    ${timelineLinks(view, title)}`;
}

function signedText(signed: AgreementView['signed']): string {
  return signed === null ? 'Signing not recorded' : `Signed ${formatOccurred(signed)}`;
}

function terms({ parties, inForceFrom, until, terminatedOn, stream }: AgreementView): Html {
  const partyItems = parties.map((party) => html`<li>${renderActor(party)}</li>`);
  return html`
    <dl class="fields">
      ${parties.length > 0 && html`<dt>Parties</dt><dd><ul>${partyItems}</ul></dd>`}
      ${inForceFrom !== null && html`<dt>In force from</dt><dd>${renderDate({ edtf: inForceFrom })}</dd>`}
      ${until !== null && html`<dt>Until</dt><dd>${renderDate({ edtf: until })}</dd>`}
      ${terminatedOn !== null && html`<dt>Terminated on</dt><dd>${renderDate({ edtf: terminatedOn })}</dd>`}
      <dt>Record</dt>
      <dd><a href="${streamUrl(stream)}">${stream}</a></dd>
      <dt>Claims</dt>
      <dd><a href="${claimsUrl({ stream, event: undefined })}">Who affirms it, who denies it, who is silent</a></dd>
    </dl>`;
}

/** A table of what single parties did. It is left out if there is nothing of the kind. */
function participationSection({ participation }: AgreementView): Html | false {
  const rows = participation.flatMap(({ party, acts }) =>
    acts.map(
      ({ act, occurred, effectiveFrom, event }) => html`
        <tr>
          <th scope="row">${renderActor(party)}</th>
          <td>${eventLink(event, act.replaceAll('-', ' '))}</td>
          <td>${renderDate(occurred)}</td>
          <td>${effectiveFrom !== null && renderDate({ edtf: effectiveFrom })}</td>
        </tr>`,
    ),
  );
  return (
    rows.length > 0 &&
    html`
      <section aria-labelledby="participation-title">
        <h2 id="participation-title">By party</h2>
        <table>
          <caption>What single parties did. It says nothing about the others.</caption>
          <thead>
            <tr>
              <th scope="col">Party</th>
              <th scope="col">Act</th>
              <th scope="col">Date</th>
              <th scope="col">Effective from</th>
            </tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </section>`
  );
}

function shipmentsSection({ shipments, shipmentsKnown }: AgreementView, whole: AgreementView): Html {
  const all = new Map(whole.shipments.map(({ stream, steps }) => [stream, steps]));
  const shown = shipments.length < all.size ? `${formatNumber(shipments.length)} of ` : '';
  const title = shipmentsKnown ? `${shown}${pluralize(all.size, 'shipment')}` : 'Shipments';
  return html`
    <section aria-labelledby="shipments-title">
      <h2 id="shipments-title">${title}</h2>
      ${shipments.length === 0 && html`<p class="note">${shipmentsKnown ? NO_SHIPMENT : UNKNOWN_SHIPMENTS}</p>`}
      ${shipments.map(
        ({ stream, steps }) => html`
          <section class="shipment">
            <h3><a href="${referenceUrl(stream)}">${stream}</a></h3>
            ${stepList(steps, all.get(stream) ?? steps)}
          </section>`,
      )}
    </section>`;
}

/**
 * Leaves out the days since a step that does not match the filter.
 *
 * @param all also the steps that do not match
 */
function stepList(steps: readonly AgreementEvent[], all: readonly AgreementEvent[]): Html {
  const [shown, known] = [idsOf(steps), idsOf(all)];
  const items = steps.map((step) => {
    const { daysSince } = step;
    if (daysSince === null) return stepItem(step);
    if (shown.has(daysSince.event)) return stepItem(step, formatDayCount(daysSince, 'the previous step'));
    return stepItem(step, known.has(daysSince.event) ? undefined : formatDayCount(daysSince, 'the signing'));
  });
  return html`<ol class="steps">${items}</ol>`;
}

function idsOf(steps: readonly AgreementEvent[]): ReadonlySet<string> {
  return new Set(steps.map(({ id }) => id));
}

function stepItem(step: AgreementEvent, interval?: string): Html {
  const { id, type, headline, occurred, status, redactions, sources, links } = step;
  return html`
    <li class="${status}">
      ${interval !== undefined && html`<p class="interval">${interval}</p>`}
      <p class="kind">${typeLabel(type)}, ${renderDate(occurred)}${statusBadge(step)}</p>
      <p class="headline">${eventLink(id, headline)}</p>
      <ul class="facts">
        ${renderAttributions([], sources)}
        ${renderLinks(links)}
        ${renderRedactions(redactions)}
      </ul>
    </li>`;
}

/** “35 days from the previous step”, “0 to 35 days from …”, “at least 12 days from …”. */
export function formatDayCount(
  { least, most }: { readonly least: number; readonly most: number | null },
  origin: string,
): string {
  if (most === 0) return 'on the same day';
  if (most === null) return `at least ${pluralize(least, 'day')} from ${origin}`;
  const days =
    least === most ? pluralize(least, 'day') : `${formatNumber(least)} to ${pluralize(most, 'day')}`;
  return `${days} from ${origin}`;
}

export const UNLINKED_TITLE = 'Shipments without a known agreement';

export function unlinkedShipmentsPage(view: TimelineView): Html {
  const entries = view.entries.map((json) => JSON.stringify(recordEntry(json)));
  return timelinePage(
    { ...view, entries },
    {
      section: 'mous',
      kicker: 'Agreements',
      title: UNLINKED_TITLE,
      fields: ['q', 'countries', 'topics', 'types', 'relay', 'outlet'],
      renderEntry: renderEvent,
    },
  );
}
