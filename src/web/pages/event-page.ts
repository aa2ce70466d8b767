import type { CurationEvent, DomainEvent } from '../../domain/events/event.ts';
import type { Source } from '../../domain/fields/source.ts';
import type { FieldChange, HistoryVersion } from '../../domain/record/history.ts';
import type { RecordVersion } from '../../domain/record/record.ts';
import { headline, type Links, linksOf, occurrenceOf, rolesByCountry } from '../../domain/record/summary.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import {
  badge,
  countryLink,
  renderLinks as linkFacts,
  renderAttribution,
  when,
} from '../components/entry-list.ts';
import { fieldLabel, outLink, payloadFields } from '../components/payload-fields.ts';
import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';
import { formatInstant } from '../text/format-date.ts';
import { headlineOf } from '../text/format-text.ts';
import { eventUrl, referenceUrl } from '../text/url.ts';
import { CREDIBILITY_LABELS, RELIABILITY_LABELS, labelFor, languageName, pluralize, typeLabel } from '../text/vocabulary.ts';

/** An event, how it reads, and how it came to read so. */
export interface EventView {
  readonly event: DomainEvent;
  /** How it reads now; undefined for an event of curation, which has no reading of its own. */
  readonly version: RecordVersion | undefined;
  readonly history: readonly HistoryVersion[];
  /** Of its record. */
  readonly recordEvents: number;
}

export function eventPage(view: EventView): Html {
  const { event, version, history } = view;
  const title = version === undefined ? curationTitle(event) : headline(version);
  const sources = version?.sources ?? event.sources;
  const main = html`<article class="event"><header class="subject"><p class="kicker">${typeLabel(event.type)}</p><h1 class="long" dir="auto">${version === undefined ? title : headlineOf(version)}</h1>
<p class="extent">${dateOf(event, version)}${version && badge(version)}</p></header>
${version?.status === 'retracted' && retraction(history)}
${version && facts(version)}
<section aria-labelledby="recorded-title"><h2 id="recorded-title">What was recorded${version?.status === 'corrected' && ', as corrected'}</h2>
${payloadFields(event.type, version?.data ?? event.data, version === undefined ? ['data', 'occurred'] : [])}</section>
${history.length > 1 && versions(event.type, history)}
<section aria-labelledby="sources-title"><h2 id="sources-title">${pluralize(sources.length, 'source')}</h2><ol class="sources-list">${sources.map((source) => html`<li>${sourceOf(source)}</li>`)}</ol></section>
${placeInLog(view)}
</article>`;
  return layout({ title, main, islands: ['event-dialog.js'], json: eventUrl(event.id) });
}

function curationTitle({ type, stream }: DomainEvent): string {
  return `${typeLabel(type)} in ${stream}`;
}

function dateOf(event: DomainEvent, version: RecordVersion | undefined): Html {
  return when(
    version === undefined ? { edtf: event.occurred, earliest: null, latest: null } : occurrenceOf(version),
  );
}

function retraction(history: readonly HistoryVersion[]): Html {
  const { by, reason } = history.at(-1) ?? {};
  return html`<aside class="as-of" aria-label="Retracted"><p><strong>Retracted</strong>${by && ` on ${formatInstant(by.recordedAt)}`}: <span dir="auto">${reason ?? 'no reason given'}</span></p></aside>`;
}

/** Countries with their roles, and links. */
function facts(version: RecordVersion): Html {
  const countries = [...rolesByCountry(version)].map(([code, roles], at) => {
    const words = roles.join(', ');
    return html`${at > 0 && '; '}${countryLink(code)} as ${words}`;
  });
  const links: Links = linksOf(version);
  return html`<ul class="facts">${countries.length > 0 && html`<li><span class="label">Countries</span>\u00a0${countries}</li>`}${linkFacts(links)}</ul>`;
}

function versions(type: string, history: readonly HistoryVersion[]): Html {
  return html`<section aria-labelledby="versions-title"><h2 id="versions-title">${pluralize(history.length, 'version')}</h2><ol class="versions">${history.map((version) => versionOf(type, version))}</ol></section>`;
}

function versionOf(type: string, { version, status, by, reason, changes }: HistoryVersion): Html {
  const what = version === 1 ? 'as first recorded' : status;
  return html`<li><h3>Version ${version}, ${what}</h3>
<p class="extent">${formatInstant(by.recordedAt)}, by <bdi>${by.actor}</bdi>, at position <a href="${eventUrl(by.event)}" data-event>${by.position}</a></p>
${reason !== undefined && html`<p>Why: <span dir="auto">${reason}</span></p>`}
${changes.length > 0 && differences(type, changes, version)}</li>
`;
}

function differences(type: string, changes: readonly FieldChange[], version: number): Html {
  return html`<table class="differences"><caption>What version ${version} changed</caption><thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>${changes.map((change) => difference(type, change))}</tbody></table>`;
}

function difference(type: string, change: FieldChange): Html {
  const before = 'before' in change ? html`<del dir="auto">${valueWords(change.before)}</del>` : 'not there';
  const after = 'after' in change ? html`<ins dir="auto">${valueWords(change.after)}</ins>` : 'taken away';
  return html`<tr><th scope="row">${pointerWords(type, change.pointer)}</th><td>${before}</td><td>${after}</td></tr>
`;
}

/** “Amounts, 1, value”, of `/data/amounts/0/value`. */
function pointerWords(type: string, pointer: string): string {
  const [, ...steps] = pointer.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const [name = '', ...within] = steps[0] === 'data' ? steps.slice(1) : steps;
  const places = within.map((step) => (/^\d+$/.test(step) ? String(Number(step) + 1) : step));
  return [fieldLabel(type, name), ...places].join(', ');
}

function valueWords(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function sourceOf(source: Source): Html {
  const { outlet, url, title, language, publishedOn, retrievedAt, contentHash, reliability, credibility } =
    source;
  const name = title === undefined ? outlet : `${outlet}: ${title}`;
  return html`<p>${url === undefined ? html`<bdi>${name}</bdi>` : outLink(url, name)}${language !== undefined && `, in ${languageName(language)}`}</p>
<ul class="facts">${publishedOn !== undefined && html`<li><span class="label">Published</span>\u00a0${when({ edtf: publishedOn, earliest: null, latest: null })}</li>`}<li><span class="label">Retrieved</span>\u00a0${retrievedAt === undefined ? 'time not recorded' : formatInstant(retrievedAt)}</li>${reliability !== undefined && html`<li><span class="label">Source</span>\u00a0${reliability}, ${labelFor(RELIABILITY_LABELS, reliability)}</li>`}${credibility !== undefined && html`<li><span class="label">Content</span>\u00a0${credibility}, ${labelFor(CREDIBILITY_LABELS, credibility)}</li>`}${source.attribution !== undefined && html`<li><span class="label">Through</span>\u00a0${renderAttribution(source.attribution.map((link) => link.name))}</li>`}${contentHash !== undefined && html`<li><span class="label">Hash</span>\u00a0<code>${contentHash}</code></li>`}</ul>`;
}

function placeInLog({ event, recordEvents }: EventView): Html {
  const { stream, revision, position, recordedAt, actor, id, schemaVersion, correlationId, causationId } =
    event;
  return html`<section aria-labelledby="place-title"><h2 id="place-title">Its place in the log</h2><dl class="fields">
<dt>Position</dt><dd>${position}</dd>
<dt>Recorded</dt><dd>${formatInstant(recordedAt)}, by <bdi>${actor}</bdi></dd>
<dt>Record</dt><dd><a href="${referenceUrl(stream)}">${stream}</a>, event ${revision + 1} of ${recordEvents}</dd>
<dt>Id</dt><dd><code>${id}</code></dd>
<dt>Type</dt><dd><code>${event.type}</code>, schema version ${schemaVersion}</dd>
${correlationId !== undefined && html`<dt>Correlation</dt><dd><code>${correlationId}</code></dd>`}${causationId !== undefined && html`<dt>Causation</dt><dd>${causationId}</dd>`}
</dl></section>`;
}

/** Why an event of curation was recorded, in a line. */
export function curationReason(event: CurationEvent): string {
  return 'reason' in event.data ? event.data.reason : event.data.basis;
}
