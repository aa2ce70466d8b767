import { daySerial } from '../../domain/values/edtf.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { type PageUrl, rangeUrls } from '../text/url.ts';
import { formatNumber } from '../text/vocabulary.ts';
import { drawBins, laneIndex, mostOf } from './draw-bins.ts';
import { type RangeLinks, rangeLinks } from './range-links.ts';
import { sumOf } from './sum-of.ts';
import { periodsOfRange, type TimeBins } from './time-bins.ts';
import { FIRST_DAY, LAST_DAY, type Period } from './time-units.ts';

/**
 * Draws the filtered entries over time: bars that narrow the filter, links to wider and other ranges, and a table. A
 * single bar would say what the title and the legend say.
 */
export function timelineChart(view: TimelineView): Html | undefined {
  const { url, histogram, filter, summary } = view;
  const range = rangeLinks(filter, summary);
  const isDivided = histogram === undefined || histogram.bins.length > 1;
  if (!isDivided && range === undefined) return undefined;
  return html`
    <section class="over-time" aria-labelledby="chart-title">
      <div class="chart-head">
        <h2 id="chart-title">${titleOf(histogram, range?.current)}</h2>
        ${histogram && legend(histogram)}
        ${range && rangeNavigation(range, url)}
        ${histogram && isDivided && table(histogram, url)}
      </div>
      ${histogram === undefined ? periodList(view) : isDivided && chart(histogram, url)}
    </section>`;
}

/** “Entries per month, 2014”. */
function titleOf(histogram: TimeBins | undefined, range: Period | undefined): string {
  const isDivided = histogram !== undefined && histogram.bins.length > 1;
  const title = isDivided ? `Entries per ${histogram.unit}` : 'Entries';
  return range === undefined ? title : `${title}, ${range.label}`;
}

export function legend({ kinds, bins, imprecise }: TimeBins): Html | undefined {
  if (kinds.length < 2 && imprecise === 0) return undefined;
  const items = kinds.flatMap((kind, index) => {
    const entries = sumOf(bins.map(({ certain }) => certain[index] ?? 0));
    return entries === 0 ? [] : [html`<li class="k${laneIndex(kind)}">${kind} ${formatNumber(entries)}</li>`];
  });
  return html`
    <ul class="legend">
      ${items}
      ${imprecise > 0 && html`<li class="spans">Imprecise dates ${formatNumber(imprecise)}</li>`}
    </ul>`;
}

export function rangeNavigation({ previous, next, wider }: RangeLinks, url: PageUrl): Html {
  const narrowed = rangeUrls(url);
  const link = (period: Period | undefined, text: string): Html | undefined =>
    period && html`<li><a href="${narrowed(period)}">${text}</a></li>`;
  return html`
    <nav class="range" aria-label="Time range">
      <ul>
        ${link(previous, `← ${previous?.label}`)}
        ${link(next, `${next?.label} →`)}
        ${link(wider, `Zoom out to ${wider?.label}`)}
        <li><a href="${url.with({ from: undefined, to: undefined })}">All dates</a></li>
      </ul>
    </nav>`;
}

function chart(bins: TimeBins, url: PageUrl): Html {
  const label = `Entries per ${bins.unit}. Each bar narrows the page to its time.`;
  return drawBins({ bins, most: mostOf(bins), url, label });
}

/** Links to shorter periods, instead of a chart of more entries than can be counted. */
function periodList({ url, summary, filter }: TimelineView): Html {
  const [first, last] = [summary?.earliest, summary?.latest].map((day) => day && daySerial(day));
  const narrowed = rangeUrls(url);
  const periods = periodsOfRange(first ?? last ?? FIRST_DAY, last ?? first ?? LAST_DAY, filter);
  return html`
    <p class="note">There are too many entries to chart. Choose a shorter period:</p>
    <ul class="periods">
      ${periods.map((period) => html`<li><a href="${narrowed(period)}">${period.label}</a></li>`)}
    </ul>`;
}

export function table({ unit, kinds, bins, imprecise }: TimeBins, url: PageUrl): Html {
  const filled = bins.filter(({ certain, possible }) => sumOf(certain) + possible > 0);
  const hasImprecise = imprecise > 0;
  const narrowed = rangeUrls(url);
  return html`
    <details class="table">
      <summary>Show as table</summary>
      <div class="table-region">
        <table>
          <caption class="visually-hidden">Entries per ${unit}</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              ${kinds.map((kind) => html`<th scope="col" class="number">${kind}</th>`)}
              ${hasImprecise && html`<th scope="col" class="number">Possible</th>`}
            </tr>
          </thead>
          <tbody>
            ${filled.map(
              (bin) => html`
                <tr>
                  <th scope="row"><a href="${narrowed(bin)}">${bin.label}</a></th>
                  ${bin.certain.map((count) => html`<td class="number">${formatNumber(count)}</td>`)}
                  ${hasImprecise && html`<td class="number">${formatNumber(bin.possible)}</td>`}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
}
