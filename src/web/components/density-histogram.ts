import { daySerial } from '../../domain/values/edtf.ts';
import { type Html, html } from '../shell/html.ts';
import type { PageUrl } from '../text/url.ts';
import { formatNumber, pluralize } from '../text/vocabulary.ts';
import { bucketize, type TimeBucket, type TimeBuckets } from './time-buckets.ts';
import type { TimelineView } from './timeline-view.ts';

const HEIGHT = 96;
const BASELINE = HEIGHT - 1;

/** Draws the numbers of entries over time: bars that narrow the filter, a sentence about them, and a table. */
export function densityHistogram(view: TimelineView): Html | undefined {
  const { url, histogram } = view;
  if (histogram === undefined) return periodList(view);
  if (histogram.buckets.length === 0) return undefined;
  return html`
    <figure class="density">
      <figcaption>${captionOf(histogram)}</figcaption>
      ${chart(histogram, url)}
      ${axis(histogram.buckets)}
      ${table(histogram)}
    </figure>`;
}

/** Links to shorter periods, instead of a chart of more entries than can be counted. */
function periodList({ url, summary, filter }: TimelineView): Html {
  const ends = [summary?.earliest, summary?.latest].filter((day) => day !== undefined).map(daySerial);
  const counts = ends.map((day) => ({ earliest: day, latest: day, entries: 1 }));
  const { buckets } = bucketize(counts, filter);
  return html`
    <p class="note">There are too many entries to chart. Choose a shorter period:</p>
    <ul class="periods">
      ${buckets.map(({ label, from, to }) => html`<li><a href="${url.with({ from, to })}">${label}</a></li>`)}
    </ul>`;
}

function captionOf({ unit, buckets }: TimeBuckets): string {
  const peak = buckets.reduce((a, b) => (b.certain > a.certain ? b : a));
  const isImprecise = buckets.some(({ possible }) => possible > 0);
  return [
    `Entries by ${unit}.`,
    peak.certain > 1 && `Most ${unit === 'day' ? 'on' : 'in'} ${peak.label}: ${formatNumber(peak.certain)}.`,
    isImprecise && `Dates less precise than a ${unit} are shown lighter, wherever they may belong.`,
  ]
    .filter((sentence) => sentence !== false)
    .join(' ');
}

function chart({ unit, buckets }: TimeBuckets, url: PageUrl): Html {
  const most = buckets.reduce((max, { certain, possible }) => Math.max(max, certain, possible), 1);
  const width = 100 / buckets.length;
  return html`
    <svg
      class="chart"
      width="100%"
      height="${HEIGHT}"
      role="group"
      aria-label="Entries by ${unit}; each bar narrows the page to its ${unit}"
    >
      ${buckets.map((bucket, index) => bar(bucket, index * width, width, most, url))}
      <rect class="rule" x="0" y="${HEIGHT - 1}" width="100%" height="1"/>
    </svg>`;
}

/** Possible entries are drawn behind the bar and without gaps, so one imprecise date is one area. */
function bar(bucket: TimeBucket, x: number, width: number, most: number, url: PageUrl): Html | undefined {
  const { certain, possible, from, to } = bucket;
  if (certain + possible === 0) return undefined;
  const [left, full] = [round(x), round(width)];
  const [height, possibleHeight] = [heightOf(certain, most), heightOf(possible, most)];
  const top = BASELINE - possibleHeight;
  const label = barLabel(bucket);
  return html`
    <a href="${url.with({ from, to })}" aria-label="${label}">
      <title>${label}</title>
      <rect class="target" x="${left}%" y="0" width="${full}%" height="${HEIGHT}"/>
      ${
        possible > 0 &&
        html`
          <rect class="possible" x="${left}%" y="${top}" width="${full}%" height="${possibleHeight}"/>
          <rect class="edge" x="${left}%" y="${top}" width="${full}%" height="1"/>`
      }
      ${
        certain > 0 &&
        html`
          <rect
            class="bar"
            x="${round(x + width * 0.08)}%"
            y="${BASELINE - height}"
            width="${round(width * 0.84)}%"
            height="${height}"
          />`
      }
    </a>`;
}

/** A bar of any entries at all is tall enough to be seen. */
function heightOf(entries: number, most: number): number {
  return entries === 0 ? 0 : Math.max(2, Math.round((entries / most) * (HEIGHT - 8)));
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}

function barLabel({ label, certain, possible }: TimeBucket): string {
  if (certain === 0) return `${label}: ${pluralize(possible, 'possible entry', 'possible entries')}`;
  const more = possible === 0 ? '' : `, ${formatNumber(possible)} more possible`;
  return `${label}: ${pluralize(certain, 'entry', 'entries')}${more}`;
}

function axis(buckets: readonly TimeBucket[]): Html {
  return html`
    <p class="axis" aria-hidden="true">
      <span>${buckets[0]?.label}</span>
      <span>${buckets.at(-1)?.label}</span>
    </p>`;
}

function table({ unit, buckets }: TimeBuckets): Html {
  const filled = buckets.filter(({ certain, possible }) => certain + possible > 0);
  const rows = filled.map(
    ({ label, certain, possible }) =>
      html`<tr><th scope="row">${label}</th><td>${certain}</td><td>${possible}</td></tr>`,
  );
  return html`
    <details class="table">
      <summary>Show as table</summary>
      <table>
        <caption>Entries by ${unit}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Entries</th>
            <th scope="col">Possible entries</th>
          </tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </details>`;
}
