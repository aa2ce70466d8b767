import { headline, occurrenceOf } from '../../domain/account.ts';
import type { RecordVersion } from '../../domain/record.ts';
import { when } from '../entry-list.ts';
import { sourceOf } from '../event-page.ts';
import { type Html, html } from '../html.ts';
import { recordedFields } from '../recorded-words.ts';
import { counted, TYPE_WORDS, wordFor } from '../vocabulary.ts';
import { fieldId } from './form-controls.ts';
import { type TouchedTimelines, touchedList } from './touched-timelines.ts';

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
  readonly touched: TouchedTimelines;
}

/** Kind, date, and what it says in a line. */
export function eventHead({ version }: EventPreview, link?: string): Html {
  const said = headline(version);
  return html`<p class="kind">${wordFor(TYPE_WORDS, version.type)}, ${when(occurrenceOf(version))}</p>
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
export function touchedTimelines({ touched }: EventPreview, after?: string): Html {
  const { countries, topics, pairs, statements, agreements } = touched;
  const count = countries.length + topics.length + pairs.length + agreements.length + Math.min(statements, 1);
  return html`<h3>${counted(count, 'timeline')} that it touches</h3>
${touchedList(touched, after)}`;
}

/** All that it says, as it is understood: countries by their names, dates in words. */
export function eventContent({ version }: EventPreview): Html {
  return html`<h3>What it says</h3>
${recordedFields(version.data)}
<h3>${counted(version.sources.length, 'source')}</h3>
<ol class="sources-list">${version.sources.map((source) => html`<li>${sourceOf(source)}</li>`)}</ol>`;
}
