import { entryTypes } from '../../domain/event-types/registry.ts';
import { SPEECH_ACTS } from '../../domain/event-types/statement.ts';
import { type Day, dayOfSerial, daySerial } from '../../domain/values/edtf.ts';
import { type Html, html } from '../shell/html.ts';
import { formatOccurred } from '../text/format-date.ts';
import type { PageUrl } from '../text/url.ts';
import type { Entry } from './timeline-view.ts';

const LANE_HEIGHT = 30;
const MARK_Y = 20;
/** Space at both ends of a lane, in percent, so that a mark at an end is not cut. */
const MARGIN = 1.5;

/** What lanes group entries by. On a page whose entries are all statements, only speech acts distinguish them. */
export type LaneChoice = 'type-or-act' | 'act';

interface Lane {
  readonly name: string;
  readonly marks: readonly Mark[];
}

interface Mark {
  readonly entry: Entry;
  /** Index of the entry on the page, from 1. */
  readonly number: number;
}

/** Serial numbers of the first and last day of the chart. */
interface Scale {
  readonly first: number;
  readonly last: number;
}

/**
 * Draws the entries of a page in lanes, by the lane of their type or by speech act. A day is a point, a less precise
 * date a bar from its first day to its last, up to the edge if it has none there. The list of entries says the same in
 * words.
 */
export function swimlanes(
  entries: readonly Entry[],
  url: PageUrl,
  choice: LaneChoice = 'type-or-act',
): Html | undefined {
  const scale = scaleOf(entries);
  if (scale === undefined) return undefined;
  const byAct = choice === 'act' || url.get('lanes') === 'acts';
  const marks = entries.map((entry, index) => ({ entry, number: index + 1 }));
  const lanes = (byAct ? actLanes(marks) : typeLanes(marks)).filter((lane) => lane.marks.length > 0);
  const grouping = choice === 'act' ? 'by speech act' : switcher(byAct, url);
  return html`
<figure class="lanes">
<figcaption>The entries on this page, ${grouping}. ${countsOf(lanes)}</figcaption>
<svg class="chart" width="100%" height="${lanes.length * LANE_HEIGHT}" aria-hidden="true">
${lanes.map((lane, index) => drawLane(lane, index * LANE_HEIGHT, scale))}
</svg>
<p class="axis" aria-hidden="true"><span>${formatDay(scale.first)}</span><span>${formatDay(scale.last)}</span></p>
</figure>`;
}

function switcher(byAct: boolean, url: PageUrl): Html {
  const cursor = url.get('cursor');
  return byAct
    ? html`<a href="${url.with({ lanes: undefined, cursor })}">by type</a> or by speech act`
    : html`by type or <a href="${url.with({ lanes: 'acts', cursor })}">by speech act</a>`;
}

function countsOf(lanes: readonly Lane[]): string {
  if (lanes.length === 0) return 'None of them belongs in a lane.';
  return `${lanes.map(({ name, marks }) => `${name}: ${marks.length}`).join(', ')}.`;
}

function typeLanes(marks: readonly Mark[]): readonly Lane[] {
  const laneOf = new Map(entryTypes().map(({ name, lane }) => [name, lane]));
  return [...new Set(laneOf.values())].map((name) => ({
    name,
    marks: marks.filter(({ entry }) => laneOf.get(entry.type) === name),
  }));
}

function actLanes(marks: readonly Mark[]): readonly Lane[] {
  return Object.entries(SPEECH_ACTS).map(([act, name]) => ({
    name,
    marks: marks.filter(({ entry }) => (entry.speechActs ?? []).includes(act)),
  }));
}

/** Returns undefined when no entry has a known day. */
function scaleOf(entries: readonly Entry[]): Scale | undefined {
  const days = entries.flatMap(({ occurred }) => [serialOf(occurred.earliest), serialOf(occurred.latest)]);
  const known = days.filter((day) => day !== undefined);
  if (known.length === 0) return undefined;
  const [first, last] = [Math.min(...known), Math.max(...known)];
  if (first !== last) return { first, last };
  return { first: Math.max(first - 3, FIRST_DAY), last: Math.min(last + 3, LAST_DAY) };
}

/** The range of four-digit years. */
const [FIRST_DAY, LAST_DAY] = [daySerial('0001-01-01' as Day), daySerial('9999-12-31' as Day)];

function serialOf(day: string | null): number | undefined {
  return day === null ? undefined : daySerial(day as Day);
}

function drawLane({ name, marks }: Lane, y: number, scale: Scale): Html {
  return html`
<g>
<text class="lane" x="0" y="${y + 11}">${name}</text>
<rect class="rule" x="0" y="${y + MARK_Y}" width="100%" height="1"/>
${marks.map((mark) => drawMark(mark, y + MARK_Y, scale))}
</g>`;
}

function drawMark({ entry, number }: Mark, y: number, scale: Scale): Html {
  return html`
<a href="#entry-${number}" tabindex="-1" class="${entry.status}">
<title>${formatOccurred(entry.occurred)}</title>
${shapeOf(entry, y, scale)}
</a>`;
}

function shapeOf({ occurred: { earliest, latest } }: Entry, y: number, scale: Scale): Html {
  const [from, to] = [serialOf(earliest), serialOf(latest)];
  const start = from === undefined ? 0 : percent(from, scale);
  const end = to === undefined ? 100 : percent(to, scale);
  if (from !== undefined && from === to) return html`<circle cx="${start}%" cy="${y}" r="4"/>`;
  const open = earliest === null || latest === null ? ' open' : '';
  const width = Math.max(round(end - start), 0.8);
  return html`<rect class="span${open}" x="${start}%" y="${y - 3}" width="${width}%" height="6" rx="3"/>`;
}

function percent(serial: number, { first, last }: Scale): number {
  return round(MARGIN + ((serial - first) / (last - first)) * (100 - 2 * MARGIN));
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}

function formatDay(serial: number): string {
  const day = dayOfSerial(serial);
  return formatOccurred({ edtf: day });
}
