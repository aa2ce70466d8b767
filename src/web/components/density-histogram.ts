import { daySerial } from '../../domain/values/edtf.ts';
import { type Html, html } from '../shell/html.ts';
import type { PageUrl } from '../text/url.ts';
import { formatNumber, pluralize } from '../text/vocabulary.ts';
import { bucketize, type TimeBucket, type TimeBuckets } from './time-buckets.ts';
import type { TimelineView } from './timeline-view.ts';

const HEIGHT = 96;
const BASE = HEIGHT - 1;

/** How the entries are spread over time: bars that narrow the view, what they say in a sentence, and a table of it. */
export function densityHistogram(view: TimelineView): Html | undefined {
  const { address, spread } = view;
  if (spread === undefined) return timesToChoose(view);
  if (spread.list.length === 0) return undefined;
  return html`<figure class="density">
<figcaption>${summaryWords(spread)}</figcaption>
${chart(spread, address)}
${axis(spread.list)}
${table(spread)}
</figure>`;
}

/** Of more entries than can be counted at once: the stretches between the first day and the last. */
function timesToChoose({ address, summary, filter }: TimelineView): Html {
  const ends = [summary?.earliest, summary?.latest].filter((day) => day !== undefined).map(daySerial);
  const { list } = bucketize(
    ends.map((day) => ({ earliest: day, latest: day, entries: 1 })),
    filter,
  );
  return html`<p class="note">There are too many entries here to draw how they are spread over time. Choose a shorter time:</p>
<ul class="times">${list.map(({ label, from, to }) => html`<li><a href="${address.with({ from, to })}">${label}</a></li>`)}</ul>`;
}

function summaryWords({ unit, list }: TimeBuckets): string {
  const most = list.reduce((a, b) => (b.certain > a.certain ? b : a), EMPTY);
  const isImprecise = list.some(({ possible }) => possible > 0);
  const imprecise = isImprecise
    ? ` The lighter ground is what has a date too imprecise for one ${unit}, over all of those that it may belong to.`
    : '';
  const peak =
    most.certain < 2
      ? ''
      : ` Most ${unit === 'day' ? 'on' : 'in'} ${most.label}: ${formatNumber(most.certain)}.`;
  return `Entries by ${unit}.${peak}${imprecise}`;
}

const EMPTY: TimeBucket = { label: '', from: '', to: '', certain: 0, possible: 0 };

function chart({ unit, list }: TimeBuckets, address: PageUrl): Html {
  const most = list.reduce((max, { certain, possible }) => Math.max(max, certain, possible), 1);
  const width = 100 / list.length;
  return html`<svg class="chart" width="100%" height="${HEIGHT}" role="group" aria-label="Entries by ${unit}; each bar narrows the view to its ${unit}">
${list.map((stretch, at) => bar(stretch, at * width, width, most, address))}
<rect class="rule" x="0" y="${HEIGHT - 1}" width="100%" height="1"/>
</svg>`;
}

/** What may belong here is the ground behind the bars, without gaps: one span over all that it reaches into. */
function bar(
  stretch: TimeBucket,
  x: number,
  width: number,
  most: number,
  address: PageUrl,
): Html | undefined {
  const { certain, possible, from, to } = stretch;
  if (certain + possible === 0) return undefined;
  const [low, high] = [heightOf(certain, most), heightOf(possible, most)];
  const [left, wide] = [rounded(x + width * 0.08), rounded(width * 0.84)];
  const ground = html`<rect class="may" x="${rounded(x)}%" y="${BASE - high}" width="${rounded(width)}%" height="${high}"/><rect class="edge" x="${rounded(x)}%" y="${BASE - high}" width="${rounded(width)}%" height="1"/>`;
  const front = html`<rect class="bar" x="${left}%" y="${BASE - low}" width="${wide}%" height="${low}"/>`;
  const words = barWords(stretch);
  return html`<a href="${address.with({ from, to })}" aria-label="${words}"><title>${words}</title><rect class="hit" x="${rounded(x)}%" y="0" width="${rounded(width)}%" height="${HEIGHT}"/>${high > 0 && ground}${low > 0 && front}</a>`;
}

/** At least a line that can be seen. */
function heightOf(entries: number, most: number): number {
  return entries === 0 ? 0 : Math.max(2, Math.round((entries / most) * (HEIGHT - 8)));
}

function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}

function barWords({ label, certain, possible }: TimeBucket): string {
  const may =
    possible === 0 ? '' : `, ${certain === 0 ? '' : 'and '}${formatNumber(possible)} that may belong here`;
  return certain === 0
    ? `${label}: ${may.slice(2)}`
    : `${label}: ${pluralize(certain, 'entry', 'entries')}${may}`;
}

function axis(list: readonly TimeBucket[]): Html {
  return html`<p class="axis" aria-hidden="true"><span>${list[0]?.label}</span><span>${list.at(-1)?.label}</span></p>`;
}

function table({ unit, list }: TimeBuckets): Html {
  const filled = list.filter(({ certain, possible }) => certain + possible > 0);
  return html`<details class="table"><summary>The same as a table</summary>
<table><caption>Entries by ${unit}</caption>
<thead><tr><th scope="col">Time</th><th scope="col">Entries</th><th scope="col">May belong here</th></tr></thead>
<tbody>${filled.map(({ label, certain, possible }) => html`<tr><th scope="row">${label}</th><td>${certain}</td><td>${possible}</td></tr>`)}</tbody>
</table></details>`;
}
