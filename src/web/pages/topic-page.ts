import { preferredLabel } from '../../domain/fields/topic.ts';
import { renderEvent } from '../components/entry-list.ts';
import { commaJoined } from '../components/facts.ts';
import { topicLink } from '../components/links.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { languageName, topicLabel } from '../text/vocabulary.ts';
import { EVENT_FIELDS, type TimelineParts, timelinePage } from './timeline-page.ts';

/** What is known of a topic besides the events on it. */
export interface ConceptView {
  /** Language tag → label. */
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string | null;
  /** Slugs. */
  readonly broader: readonly string[];
  /** Slugs. */
  readonly narrower: readonly string[];
}

export function conceptTitle(slug: string, { labels }: ConceptView): string {
  return preferredLabel(labels) ?? topicLabel(slug);
}

export function topicPage(slug: string, concept: ConceptView, view: TimelineView): Html {
  return timelinePage(view, {
    section: 'topics',
    kicker: 'Topic',
    title: conceptTitle(slug, concept),
    fields: EVENT_FIELDS,
    extraSection: conceptSection(slug, concept),
    renderEntry: (json) => renderEvent(json, [slug]),
  });
}

/** Returns nothing for a topic that no definition mentions. */
function conceptSection(
  slug: string,
  { labels, description, broader, narrower }: ConceptView,
): TimelineParts['extraSection'] {
  const names = Object.entries(labels).map(([tag, label]) => {
    return html`<span lang="${tag}" dir="auto">${label}</span> (${languageName(tag)})`;
  });
  if (names.length + broader.length + narrower.length === 0 && description === null) return undefined;
  const content = html`
    ${description !== null && html`<p dir="auto">${description}</p>`}
    <dl class="fields">
      ${row('Labels', names)}
      <dt>Slug</dt>
      <dd><code dir="auto">${slug}</code></dd>
      ${row('Part of', broader.map(topicLink))}
      ${row('Narrower topics', narrower.map(topicLink))}
    </dl>`;
  return { title: 'About this topic', content };
}

function row(label: string, items: readonly Html[]): Html | undefined {
  return items.length === 0 ? undefined : html`<dt>${label}</dt><dd>${commaJoined(items)}</dd>`;
}
