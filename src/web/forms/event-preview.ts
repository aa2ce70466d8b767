import type { RecordVersion } from '../../domain/record/record.ts';
import { headline, occurrenceOf } from '../../domain/record/summary.ts';
import { when } from '../components/entry-list.ts';
import { payloadFields } from '../components/payload-fields.ts';
import { sourceOf } from '../pages/event-page.ts';
import { type Html, html } from '../shell/html.ts';
import { pluralize, typeLabel } from '../text/vocabulary.ts';
import { type AffectedTimelines, affectedList } from './affected-timelines.ts';
import { fieldId } from './form-controls.ts';

/** Something that is accepted and deserves a second look. */
export interface Notice {
  readonly detail: string;
  /** The field that it is about. */
  readonly field?: { readonly name: string; readonly path: string } | undefined;
}

/** An event that is not in the log yet, or has just come into it. */
export interface EventPreview {
  readonly version: RecordVersion;
  readonly notices: readonly Notice[];
  readonly touched: AffectedTimelines;
}

/** Kind, date, and what it says in a line. */
export function eventHead({ version }: EventPreview, link?: string): Html {
  const said = headline(version);
  return html`<p class="kind">${typeLabel(version.type)}, ${when(occurrenceOf(version))}</p>
<p class="headline">${link === undefined ? html`<span dir="auto">${said}</span>` : html`<a href="${link}" dir="auto">${said}</a>`}</p>`;
}

export function noticeList(notices: readonly Notice[]): Html | undefined {
  if (notices.length === 0) return undefined;
  return html`<div class="notices"><h3>Worth a second look</h3><ul>${notices.map(notice)}</ul></div>
`;
}

function notice({ detail, field }: Notice): Html {
  const place = field && html`<a href="#${fieldId(field.name)}">${field.path}</a>: `;
  return html`<li dir="auto">${place}${detail}</li>`;
}

/** @param after position of the event, once it has one */
export function affectedTimelines({ touched }: EventPreview, after?: string): Html {
  const { countries, topics, pairs, statements, agreements } = touched;
  const count = countries.length + topics.length + pairs.length + agreements.length + Math.min(statements, 1);
  return html`<h3>${pluralize(count, 'timeline')} that it touches</h3>
${affectedList(touched, after)}`;
}

/** All that it says, as it is understood: countries by their names, dates in words. */
export function eventContent({ version }: EventPreview): Html {
  return html`<h3>What it says</h3>
${payloadFields(version.type, version.data)}
<h3>${pluralize(version.sources.length, 'source')}</h3>
<ol class="sources-list">${version.sources.map((source) => html`<li>${sourceOf(source)}</li>`)}</ol>`;
}
