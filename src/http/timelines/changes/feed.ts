import { CHANGE_LABELS, changedFields } from '../../../web/components/caused-change.ts';
import { timelineUrlOf } from '../../../web/components/since-form.ts';
import type { CausedChange } from '../../../web/components/timeline-changes.ts';
import type { ChangesView } from '../../../web/pages/changes-page.ts';
import { type Html, html } from '../../../web/shell/html.ts';
import { eventUrl, PageUrl } from '../../../web/text/url.ts';
import { typeLabel } from '../../../web/text/vocabulary.ts';
import { type ExportEntry, titleOfAnyEntry } from '../../formats/entry-text.ts';
import type { Feed, FeedItem } from '../../formats/feed.ts';
import { nameUuid } from '../../formats/name-uuid.ts';

/** An empty log has no instant at which its feed was updated. */
const NEVER_UPDATED = '1970-01-01T00:00:00Z';

/**
 * Returns a page of changes as a page of a feed. The ids depend on the log and the timeline, not on the host, so that a
 * server that moves repeats nothing.
 *
 * @param feedUrl path and query of the page of the feed
 * @param origin scheme, host and port
 * @param lineage of the log
 */
export function changesFeed(view: ChangesView, feedUrl: string, origin: string, lineage: string): Feed {
  const { title, to, next, changes } = view;
  const url = new PageUrl(feedUrl);
  const name = `changes ${lineage} ${timelineUrlOf(view.url)}`;
  return {
    id: nameUuid(name),
    title: `What changed: ${title}`,
    pageUrl: `${origin}${view.url.with({ order: 'desc' })}`,
    selfUrl: `${origin}${feedUrl}`,
    firstUrl: `${origin}${url.with({})}`,
    nextUrl: next && `${origin}${url.with({ cursor: next })}`,
    updated: changes[0]?.by.recordedAt ?? to?.instant ?? NEVER_UPDATED,
    items: changes.map((change) => feedItem(change, name, origin)),
  };
}

function feedItem(change: CausedChange, feedName: string, origin: string): FeedItem {
  const { by, reason, key } = change;
  return {
    id: nameUuid(`${feedName} ${by.event} ${key.entry}`),
    url: `${origin}${eventUrl(by.event)}`,
    title: `${CHANGE_LABELS[change.change]}: ${titleOf(change)}`,
    content: contentOf(change),
    author: by.actor,
    published: by.recordedAt,
    updated: by.recordedAt,
    tags: [change.change],
    extension: { change: change.change, by, ...(reason !== undefined && { reason }) },
  };
}

function titleOf({ entry, by }: CausedChange): string {
  return titleOfAnyEntry(JSON.parse(entry) as ExportEntry, by.type);
}

function contentOf(change: CausedChange): Html {
  const { by, reason } = change;
  return html`
    <p>${typeLabel(by.type)} of ${by.actor}${reason !== undefined && html`: ${reason}`}</p>
    ${changedFields(change)}`;
}
