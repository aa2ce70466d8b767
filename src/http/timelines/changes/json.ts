import type { CausedChange } from '../../../web/components/timeline-changes.ts';
import type { ChangesView } from '../../../web/pages/changes-page.ts';
import { shownStateJson } from '../../protocol/state-token.ts';

/** Returns a page of changes. The entries are spliced in as the timeline sends them, byte for byte. */
export function changesJson({ from, to, changes, next }: ChangesView, timeline: string): Buffer {
  const head = `{"timeline":${JSON.stringify(timeline)},"from":${shownStateJson(from)},"to":${shownStateJson(to)}`;
  const list = changes.map(changeJson).join(',');
  return Buffer.from(`${head},"changes":[${list}],"next":${JSON.stringify(next ?? null)}}`);
}

function changeJson({ change, by, reason, key, entry, fields }: CausedChange): string {
  const { earliest, latest, rank } = key;
  const head = JSON.stringify({
    change,
    by,
    ...(reason !== undefined && { reason }),
    sortKey: [earliest, latest, rank, key.entry],
    ...(change === 'changed' && { fields }),
  });
  return `${head.slice(0, -1)},"entry":${entry}}`;
}
