import { entryTypes } from '../../domain/event-types/registry.ts';
import { type Html, html } from '../shell/html.ts';
import { type PageUrl, rangeUrls } from '../text/url.ts';
import { formatNumber, pluralize } from '../text/vocabulary.ts';
import { countTicks, timeTicks } from './axis-ticks.ts';
import { sumOf } from './sum-of.ts';
import { ALL_KINDS, type TimeBin, type TimeBins } from './time-bins.ts';

/** Width of the drawing in its own units; it is stretched to the width of the page. */
const WIDTH = 1_000;
const BARS_HEIGHT = 54;
/** Room for the label of the uppermost line. */
const TOP = 12;
/** The spans of imprecise dates, below the bars. */
const SPANS_TOP = BARS_HEIGHT + 4;
const SPANS_HEIGHT = 12;
const AXIS_HEIGHT = 19;
/** The bars of a few bins would be as wide as the page. */
const BAR_WIDTH_MAX = 40;
/** Any entries at all are tall enough to be seen. */
const HEIGHT_MIN = 3;

/** What to draw, and what is common to several charts. */
export interface Drawing {
  readonly bins: TimeBins;
  /** The greatest number of entries of a bin that the height stands for. */
  readonly most: number;
  /** URL of the page, which the links of the bins narrow. */
  readonly url: PageUrl;
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
}

/** The greatest number of entries that a bin has. */
export function mostOf({ bins }: TimeBins): number {
  return Math.max(1, ...bins.map(({ certain }) => sumOf(certain)));
}

/**
 * Draws the bins as bars, with the kinds stacked, and below them the spans of imprecise dates, on one axis. All bars
 * are one tab stop: a script moves the focus among them, and the table has the same links.
 */
export function drawBins(drawing: Drawing): Html {
  const { bins, most, label } = drawing;
  const [first, last] = [bins.bins[0]?.first ?? 0, bins.bins.at(-1)?.last ?? 0];
  const x = (serial: number): number => round(((serial - first) / (last + 1 - first)) * WIDTH);
  const counts = gridLines(most);
  const height = bins.imprecise > 0 ? SPANS_TOP + SPANS_HEIGHT : BARS_HEIGHT;
  return html`
    <svg class="chart" width="100%" height="${TOP + height + AXIS_HEIGHT}" role="group" aria-label="${label}">
      ${counts.map(({ y }) => html`<rect class="grid" y="${y}" width="100%" height="1"/>`)}
      <svg y="${TOP}" width="100%" height="${height}" viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none">
        ${links(drawing, x, height)}
        <g class="bars">
          ${bins.kinds.map((kind, index) => {
            return html`<path class="k${laneIndex(kind)}" d="${barsOf(bins, index, most, x)}"/>`;
          })}
        </g>
        ${bins.imprecise > 0 && html`<path class="spans" d="${spansOf(bins.bins, x)}"/>`}
        <path class="rule" d="M0 ${BARS_HEIGHT}H${WIDTH}"/>
      </svg>
      ${counts.map(({ count, y }) => html`<text class="tick" x="0" y="${y - 3}">${formatNumber(count)}</text>`)}
      ${timeTicks(first, last).map((mark, index) => {
        return tick((100 * x(mark.value)) / WIDTH, mark.label, TOP + height, index);
      })}
    </svg>`;
}

/** Number of the colour of a kind, which is the same on all pages. */
export function laneIndex(kind: string): number {
  const index = [...new Set(entryTypes().map(({ lane }) => lane))].indexOf(kind);
  return index < 0 || index >= COLORS ? COLORS : index;
}

/** Kinds beyond these share a colour. */
const COLORS = 7;

/** Round numbers, each with the place of its line. */
function gridLines(most: number): readonly { readonly count: number; readonly y: number }[] {
  return countTicks(most).map((count) => {
    return { count, y: TOP + BARS_HEIGHT - round((count / most) * (BARS_HEIGHT - HEIGHT_MIN)) };
  });
}

/** Labels close to an end of the axis are within it. Every second one has no room on a narrow screen. */
function tick(percent: number, text: string, y: number, index: number): Html {
  const anchor = percent < 3 ? 'start' : percent > 97 ? 'end' : 'middle';
  const name = index % 2 === 1 ? 'tick minor' : 'tick';
  return html`
    <rect class="mark" x="${round(percent)}%" y="${y}" width="1" height="4"/>
    <text class="${name}" x="${round(percent)}%" y="${y + 17}" text-anchor="${anchor}">${text}</text>`;
}

type Scale = (serial: number) => number;

function links({ bins, url }: Drawing, x: Scale, height: number): readonly Html[] {
  const filled = bins.bins.filter((bin) => entriesOf(bin) > 0);
  const narrowed = rangeUrls(url);
  return filled.map((bin, index) => {
    const { first, last } = bin;
    const [left, right] = [x(first), x(last + 1)];
    return html`
      <a href="${narrowed(bin)}"${index > 0 && html` tabindex="-1"`}>
        <title>${binLabel(bin, bins.kinds)}</title>
        <rect x="${left}" width="${round(right - left)}" height="${height}"/>
      </a>`;
  });
}

function entriesOf({ certain, possible }: TimeBin): number {
  return sumOf(certain) + possible;
}

/** “2014: 445 entries (Briefings 300, Meetings 145), 3 more possible”. */
function binLabel({ label, certain, possible }: TimeBin, kinds: readonly string[]): string {
  const entries = sumOf(certain);
  if (entries === 0) return `${label}: ${pluralize(possible, 'possible entry', 'possible entries')}`;
  const parts = kinds.flatMap((kind, index) => {
    const count = certain[index] ?? 0;
    return count === 0 || kind === ALL_KINDS ? [] : [`${kind} ${formatNumber(count)}`];
  });
  const more = possible === 0 ? '' : `, ${formatNumber(possible)} more possible`;
  const ofKinds = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return `${label}: ${pluralize(entries, 'entry', 'entries')}${ofKinds}${more}`;
}

/** Returns the bars of a kind as one path, each on those of the kinds before it. */
function barsOf({ bins }: TimeBins, kind: number, most: number, x: Scale): string {
  return bins
    .map(({ certain, first, last }) => {
      const height = barHeight(certain[kind] ?? 0, most);
      if (height === 0) return '';
      const below = sumOf(certain.slice(0, kind).map((count) => barHeight(count, most)));
      const full = x(last + 1) - x(first);
      const width = round(Math.min(full * 0.84, BAR_WIDTH_MAX));
      const left = round(x(first) + (full - width) / 2);
      return `M${left} ${round(BARS_HEIGHT - below)}v-${height}h${width}v${height}z`;
    })
    .join('');
}

function barHeight(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(HEIGHT_MIN, round((count / most) * (BARS_HEIGHT - HEIGHT_MIN)));
}

/** Returns an area over all days that imprecise dates may mean, as deep as there are such dates. */
function spansOf(bins: readonly TimeBin[], x: Scale): string {
  const most = Math.max(...bins.map(({ possible }) => possible));
  return bins
    .map(({ first, last, possible }, index) => {
      if (possible === 0) return '';
      const depth = Math.max(4, round((possible / most) * SPANS_HEIGHT));
      const begins = (bins[index - 1]?.possible ?? 0) === 0;
      const ends = (bins[index + 1]?.possible ?? 0) === 0;
      const start = begins ? `M${x(first)} ${SPANS_TOP}` : '';
      return `${start}V${SPANS_TOP + depth}H${x(last + 1)}${ends ? `V${SPANS_TOP}z` : ''}`;
    })
    .join('');
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
