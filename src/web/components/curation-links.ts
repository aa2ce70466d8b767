import { RELATIONS, recordLinked } from '../../domain/event-types/correction.ts';
import { contentTypes } from '../../domain/event-types/registry.ts';
import { type DomainEvent, isContentRedacted } from '../../domain/events/event.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import { formPath } from '../forms/event-form.ts';
import { type Html, html, onlyFor } from '../shell/html.ts';
import { lowerFirst } from '../text/format-text.ts';

/* Links to the forms that change what is recorded, for those who may change the record. */

/** Id of the event that made a link → its record. */
export type LinkStreams = ReadonlyMap<string, string>;

/**
 * @param version current version of the event; undefined for curation events, which have none
 * @param linkStreams the records of the links to the event
 */
export function eventCurationLinks(
  event: DomainEvent,
  version: RecordVersion | undefined,
  linkStreams: LinkStreams,
): Html {
  const { id, stream } = event;
  if (version === undefined)
    return html`${curateLinks(stream, event.type === recordLinked.name ? [withdrawal(id)] : [])}`;
  if (isContentRedacted(version.event)) return html``;
  const changes =
    version.status === 'retracted'
      ? []
      : [
          link(`/record/corrections/${id}`, 'Correct'),
          link(`/record/retractions/${id}`, 'Retract'),
          link(`/record/sources/${id}`, 'Add source'),
        ];
  return html`
    ${curateLinks(stream, [...changes, ...linkLinks(id), ...withdrawals(version)])}
    ${withdrawalsOfOthers(version, linkStreams)}
    ${nextStepLinks(stream)}`;
}

/** For a record as a whole: a link, and the steps that may follow. */
export function recordCurationLinks(stream: string): Html {
  return html`${curateLinks(stream, linkLinks(stream))}${nextStepLinks(stream)}`;
}

/** @param from id of an event or name of a record */
function linkLinks(from: string): readonly Html[] {
  const url = `/record/links/${encodeURIComponent(from)}`;
  return [link(url, 'Link'), link(`${url}?relation=contradicts`, 'Mark as contradicting')];
}

/** A link to the form that marks a statement as contradicting something. */
export function contradictionLink(stream: string, event: string, statement: string): Html {
  const query = new URLSearchParams({ relation: 'contradicts', statement });
  return onlyFor(
    'curate',
    html`<li>${link(`/record/links/${event}?${query}`, 'Mark as contradicting')}</li>`,
    stream,
  );
}

/** Links that people made from the event. */
function withdrawals({ links }: RecordVersion): readonly Html[] {
  return links.flatMap(({ linkedBy, relation, to }) =>
    linkedBy === undefined ? [] : [withdrawal(linkedBy, `${lowerFirst(RELATIONS[relation].label)} ${to}`)],
  );
}

/** Links that people made to the event. Each is withdrawn in the record that it comes from. */
function withdrawalsOfOthers({ inbound }: RecordVersion, linkStreams: LinkStreams): readonly Html[] {
  const byStream = new Map<string, readonly Html[]>();
  for (const { linkedBy, relation, from } of inbound) {
    const stream = linkStreams.get(linkedBy);
    if (stream === undefined) continue;
    const label = `${lowerFirst(RELATIONS[relation].inverse.label)} ${from}`;
    byStream.set(stream, [...(byStream.get(stream) ?? []), withdrawal(linkedBy, label)]);
  }
  return [...byStream].map(([stream, links]) => {
    return onlyFor('curate', navigation(`Links from ${stream}`, links), stream);
  });
}

function withdrawal(linkedBy: string, what?: string): Html {
  return link(
    `/record/withdrawals/${linkedBy}`,
    what === undefined ? 'Withdraw link' : `Withdraw link: ${what}`,
  );
}

function link(url: string, text: string): Html {
  return html`<a href="${url}">${text}</a>`;
}

function curateLinks(stream: string, links: readonly Html[]): Html | undefined {
  return links.length === 0 ? undefined : onlyFor('curate', navigation('Curate', links), stream);
}

/** The types that take over what the first event of a record says may follow it. */
function nextStepLinks(stream: string): Html | undefined {
  const types = contentTypes().filter(
    ({ inherits, category }) => inherits && stream.startsWith(`${category}-`),
  );
  const query = new URLSearchParams({ record: stream });
  const links = types.map((type) => link(`/record/${formPath(type)}?${query}`, type.label));
  return links.length === 0 ? undefined : onlyFor('record', navigation('Next step', links), stream);
}

function navigation(label: string, links: readonly Html[]): Html {
  return html`
    <nav class="curation" aria-label="${label}">
      <p>${label}</p>
      <ul>${links.map((each) => html`<li>${each}</li>`)}</ul>
    </nav>`;
}
