import { asOfBanner, unavailableBanner } from '../components/banners.ts';
import { citation } from '../components/citation.ts';
import { badge, eventBody, when } from '../components/entry-list.ts';
import { liveBadge, liveIslands } from '../components/live-badge.ts';
import { renderActor } from '../components/payload-fields.ts';
import type { Entry, EventEntry, TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatOccurred, type Occurred } from '../text/format-date.ts';
import { eventUrl, referenceUrl } from '../text/url.ts';
import { formatNumber, pluralize, typeLabel } from '../text/vocabulary.ts';
import { timelinePage } from './timeline-page.ts';

/** One event of a chain. */
export interface ChainStep {
  readonly id: string;
  readonly type: string;
  readonly headline: string;
  readonly occurred: Occurred;
  readonly status: Entry['status'];
  readonly versions: number;
  readonly sources: number;
  /** From the event that it is counted from; null where there is none. */
  readonly daysSince: { readonly least: number; readonly most: number | null; readonly event: string } | null;
}

/** How a memorandum was carried out. */
export interface ChainView {
  readonly stream: string;
  readonly title: string | null;
  readonly signed: Occurred | null;
  readonly parties: readonly { readonly name: string; readonly country?: string }[];
  readonly inForceFrom: string | null;
  readonly terminatedOn: string | null;
  readonly steps: readonly ChainStep[];
  readonly shipments: readonly { readonly stream: string; readonly steps: readonly ChainStep[] }[];
  readonly shipmentsKnown: boolean;
}

/** The chain from the signing to the shipments, with the days between. */
export function agreementPage(chain: ChainView, view: TimelineView): Html {
  const { stream, shipments, shipmentsKnown } = chain;
  const title = chain.title ?? stream;
  const main = html`<header class="subject"><p class="kicker">Agreement</p><h1 class="long" dir="auto">${title}</h1><p class="extent">${signedWords(chain.signed)}</p></header>
${liveBadge(view)}${asOfBanner(view)}${unavailableBanner(view)}
${!view.isWhole && html`<p class="note">This agreement has more events than one page shows; the latest are not here.</p>`}
${terms(chain)}
<section aria-labelledby="agreement-title"><h2 id="agreement-title">The agreement</h2>${steps(chain.steps, 'No event of the agreement itself is recorded.')}</section>
<section aria-labelledby="shipments-title"><h2 id="shipments-title">${shipmentsKnown ? pluralize(shipments.length, 'shipment') : 'Shipments'}</h2>
${shipments.length === 0 && html`<p class="note">Whether anything was shipped under it is not known.</p>`}
${shipments.map((shipment) => html`<section class="shipment"><h3><a href="${referenceUrl(shipment.stream)}">${shipment.stream}</a></h3>${steps(shipment.steps, '', 'the signing')}</section>`)}</section>
${citation(view, title)}`;
  return layout({
    title,
    section: 'mous',
    main,
    islands: ['event-dialog.js', ...liveIslands(view)],
    json: view.address.with({}),
  });
}

function signedWords(signed: Occurred | null): string {
  return signed === null ? 'No signing is recorded' : `Signed ${formatOccurred(signed)}`;
}

function terms({ parties, inForceFrom, terminatedOn, stream }: ChainView): Html {
  const date = (edtf: string) => when({ edtf, earliest: null, latest: null });
  return html`<dl class="fields">${parties.length > 0 && html`<dt>Parties</dt><dd><ul>${parties.map((party) => html`<li>${renderActor(party)}</li>`)}</ul></dd>`}${inForceFrom !== null && html`<dt>In force from</dt><dd>${date(inForceFrom)}</dd>`}${terminatedOn !== null && html`<dt>Terminated on</dt><dd>${date(terminatedOn)}</dd>`}<dt>Record</dt><dd><a href="/streams/${encodeURIComponent(stream)}">${stream}</a></dd></dl>`;
}

/** @param start what the first step is counted from */
function steps(list: readonly ChainStep[], none: string, start?: string): Html {
  if (list.length === 0) return html`<p class="note">${none}</p>`;
  return html`<ol class="steps">${list.map((one, at) => step(one, at === 0 ? start : undefined))}</ol>`;
}

function step(
  { id, type, headline, occurred, status, versions, sources, daysSince }: ChainStep,
  start?: string,
): Html {
  return html`<li class="${status}">${daysSince !== null && html`<p class="between">${formatDayCount(daysSince, start)}</p>`}<p class="kind">${typeLabel(type)}, ${when(occurred)}${badge({ status, versions })}</p><p class="headline"><a href="${eventUrl(id)}" data-event dir="auto">${headline}</a></p><p class="sources">${pluralize(sources, 'source')}</p></li>
`;
}

/** “35 days from the step before”, “0 to 35 days …”, “at least 12 days …”. */
export function formatDayCount(
  { least, most }: { readonly least: number; readonly most: number | null },
  start = 'the step before',
): string {
  const from = `from ${start}`;
  if (most === null) return `at least ${pluralize(least, 'day')} ${from}`;
  if (least === most) return least === 0 ? 'on the same day' : `${pluralize(least, 'day')} ${from}`;
  return `${formatNumber(least)} to ${pluralize(most, 'day')} ${from}`;
}

/** A record of a projection of records, as far as an entry shows it. */
interface Shipment extends Omit<EventEntry, 'id' | 'position' | 'sources' | 'attribution'> {
  readonly sources: readonly object[];
  readonly event: Pick<EventEntry, 'id' | 'stream' | 'position'>;
}

/** The shipments that no agreement is known of. */
export function unlinkedShipmentsPage(view: TimelineView): Html {
  const entries = view.entries.map((text) => {
    const shipment = JSON.parse(text) as Shipment;
    const { event, sources } = shipment;
    return JSON.stringify({ ...shipment, ...event, sources: sources.length, attribution: [] });
  });
  return timelinePage<EventEntry>(
    { ...view, entries },
    {
      section: 'mous',
      kind: 'Shipments',
      title: 'Shipments of no known agreement',
      fields: ['types', 'countries', 'topics'],
      body: (entry) => eventBody(entry),
    },
  );
}
