import { type Day, dayOfSerial, daySerial } from '../../domain/values/edtf.ts';
import { type Html, html } from '../shell/html.ts';
import { memoize } from '../shell/memoize.ts';
import { formatOccurred } from '../text/format-date.ts';
import type { PageUrl } from '../text/url.ts';
import { labelFor, SPEECH_ACT_LABELS } from '../text/vocabulary.ts';
import type { Entry } from './timeline-view.ts';

const LANE_HEIGHT = 30;
const MARK_Y = 20;
/** Left free at both sides, in percent, so that a mark at an end is whole. */
const MARGIN = 1.5;

/** `acts`: the entries are of one kind, and only what is done in speech tells them apart. */
export type LaneKinds = 'either' | 'acts';

interface Lane {
  readonly name: string;
  readonly marks: readonly Mark[];
}

interface Mark {
  readonly entry: Entry;
  /** Place of the entry on the page, from 1. */
  readonly number: number;
}

interface Scale {
  readonly first: number;
  readonly last: number;
}

const KINDS = [
  ['Briefings', 'Briefing'],
  ['Agreements', 'Mou'],
  ['Shipments', 'Shipment'],
] as const;

/**
 * The entries of a page in lanes, by what they are or by what is done in speech. A day is a point; a date that is less
 * precise is a line over all that it may mean, and reaches to the edge where it is open. The list below says the same.
 */
export function swimlanes(
  entries: readonly Entry[],
  address: PageUrl,
  by: LaneKinds = 'either',
): Html | undefined {
  const scale = scaleOf(entries);
  if (scale === undefined) return undefined;
  const byActs = by === 'acts' || address.get('lanes') === 'acts';
  const marks = entries.map((entry, at) => ({ entry, number: at + 1 }));
  const lanes = (byActs ? actLanes(marks) : kindLanes(marks)).filter((lane) => lane.marks.length > 0);
  return html`<figure class="lanes">
<figcaption>This page in lanes, ${by === 'acts' ? 'by speech act' : choice(byActs, address)}. ${laneWords(lanes)}</figcaption>
<svg class="chart" width="100%" height="${lanes.length * LANE_HEIGHT}" aria-hidden="true">
${lanes.map((lane, at) => laneOf(lane, at * LANE_HEIGHT, scale))}
</svg>
<p class="axis" aria-hidden="true"><span>${dayWords(scale.first)}</span><span>${dayWords(scale.last)}</span></p>
</figure>`;
}

function choice(byActs: boolean, address: PageUrl): Html {
  return byActs
    ? html`<a href="${address.with({ lanes: undefined, cursor: address.get('cursor') })}">by kind</a> or by speech act`
    : html`by kind or <a href="${address.with({ lanes: 'acts', cursor: address.get('cursor') })}">by speech act</a>`;
}

function laneWords(lanes: readonly Lane[]): string {
  if (lanes.length === 0) return 'Nothing on this page belongs in one.';
  return `${lanes.map(({ name, marks }) => `${name}: ${marks.length}`).join(', ')}.`;
}

function kindLanes(marks: readonly Mark[]): readonly Lane[] {
  return KINDS.map(([name, prefix]) => ({
    name,
    marks: marks.filter(({ entry }) => entry.type.startsWith(prefix)),
  }));
}

function actLanes(marks: readonly Mark[]): readonly Lane[] {
  return Object.keys(SPEECH_ACT_LABELS).map((act) => ({
    name: labelFor(SPEECH_ACT_LABELS, act),
    marks: marks.filter(({ entry }) => (entry.speechActs ?? []).includes(act)),
  }));
}

/** The days that the entries have; undefined when none has any. */
function scaleOf(entries: readonly Entry[]): Scale | undefined {
  const days = entries.flatMap(({ occurred }) => [serialOf(occurred.earliest), serialOf(occurred.latest)]);
  const known = days.filter((day) => day !== undefined);
  if (known.length === 0) return undefined;
  const [first, last] = [Math.min(...known), Math.max(...known)];
  if (first !== last) return { first, last };
  return { first: Math.max(first - 3, FIRST_DAY), last: Math.min(last + 3, LAST_DAY) };
}

function serialOf(day: string | null): number | undefined {
  return day === null ? undefined : serialOfDay(day as Day);
}

const serialOfDay = memoize(daySerial);
/** Of dates that have a year of four digits. */
const [FIRST_DAY, LAST_DAY] = [daySerial('0001-01-01' as Day), daySerial('9999-12-31' as Day)];

function laneOf({ name, marks }: Lane, y: number, scale: Scale): Html {
  return html`<g><text class="lane" x="0" y="${y + 11}">${name}</text><rect class="rule" x="0" y="${y + MARK_Y}" width="100%" height="1"/>${marks.map((mark) => markOf(mark, y + MARK_Y, scale))}</g>`;
}

function markOf({ entry, number }: Mark, y: number, scale: Scale): Html {
  const { earliest, latest } = entry.occurred;
  const [from, to] = [serialOf(earliest), serialOf(latest)];
  const start = from === undefined ? 0 : percent(from, scale);
  const end = to === undefined ? 100 : percent(to, scale);
  const openness = earliest === null || latest === null ? ' open' : '';
  const shape =
    from !== undefined && from === to
      ? html`<circle cx="${start}%" cy="${y}" r="4"/>`
      : html`<rect class="span${openness}" x="${start}%" y="${y - 3}" width="${Math.max(rounded(end - start), 0.8)}%" height="6" rx="3"/>`;
  return html`<a href="#entry-${number}" tabindex="-1" class="${entry.status}"><title>${formatOccurred(entry.occurred)}</title>${shape}</a>`;
}

function percent(serial: number, { first, last }: Scale): number {
  return rounded(MARGIN + ((serial - first) / (last - first)) * (100 - 2 * MARGIN));
}

function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}

function dayWords(serial: number): string {
  const day = dayOfSerial(serial);
  return formatOccurred({ edtf: day, earliest: day, latest: day });
}
