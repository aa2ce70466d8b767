import { createHash } from 'node:crypto';
import { generateAtomFeed } from 'feedsmith';
import {
  type CausedChange,
  CHANGE_LABELS,
  changedFields,
  entryLine,
} from '../../../web/components/caused-change.ts';
import { timelineUrlOf } from '../../../web/components/since-form.ts';
import type { ChangesView } from '../../../web/pages/changes-page.ts';
import { html } from '../../../web/shell/html.ts';
import { eventUrl } from '../../../web/text/url.ts';
import { typeLabel } from '../../../web/text/vocabulary.ts';
import { FORMATS } from '../../protocol/formats.ts';

const ATOM_TYPE = FORMATS.atom.mediaType;

/** An empty log has no instant at which its feed was updated. */
const NEVER_UPDATED = '1970-01-01T00:00:00Z';

/**
 * Returns a page of changes as an Atom feed (RFC 4287), whose pages are linked as in RFC 5005. The ids depend on the
 * log and the timeline, not on the host, so that a server that moves repeats nothing.
 *
 * @param origin scheme, host and port
 * @param lineage of the log
 */
export function changesFeed(view: ChangesView, origin: string, lineage: string): Buffer {
  const { url, title, to, next, changes, isFirst } = view;
  const timeline = timelineUrlOf(url);
  const at = (path: string) => `${origin}${path}`;
  const feed = generateAtomFeed({
    id: idOf(lineage, timeline),
    title: { value: `What changed: ${title}` },
    updated: changes[0]?.by.recordedAt ?? to?.instant ?? NEVER_UPDATED,
    authors: [{ name: 'Chancery' }],
    links: [
      { rel: 'self', type: ATOM_TYPE, href: at(url.with({ cursor: url.get('cursor') })) },
      { rel: 'alternate', type: 'text/html', href: at(url.with({ order: 'desc' })) },
      ...(isFirst ? [] : [{ rel: 'first', type: ATOM_TYPE, href: at(url.with({})) }]),
      ...(next === undefined ? [] : [{ rel: 'next', type: ATOM_TYPE, href: at(url.with({ cursor: next })) }]),
    ],
    entries: changes.map((change) => feedEntry(change, idOf(lineage, timeline, change), origin)),
  });
  return Buffer.from(feed);
}

function feedEntry(change: CausedChange, id: string, origin: string) {
  const { by, reason, entry } = change;
  const label = CHANGE_LABELS[change.change];
  const cause = html`<p>${typeLabel(by.type)} of ${by.actor}${reason !== undefined && html`: ${reason}`}</p>`;
  return {
    id,
    title: { type: 'html', value: String(html`${label}: ${entryLine(entry)}`) },
    updated: by.recordedAt,
    published: by.recordedAt,
    authors: [{ name: by.actor }],
    links: [{ rel: 'alternate', type: 'text/html', href: `${origin}${eventUrl(by.event)}` }],
    categories: [{ term: change.change, label }],
    content: { type: 'html', value: String(html`${cause}${changedFields(change)}`) },
  };
}

/** Returns a UUID made of a hash (RFC 9562, version 8) as a URN. */
function idOf(lineage: string, timeline: string, change?: CausedChange): string {
  const name = JSON.stringify([lineage, timeline, change?.by.event, change?.key.entry]);
  const hex = createHash('sha256').update(name).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
