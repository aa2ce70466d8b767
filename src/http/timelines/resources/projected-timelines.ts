import type { Request, Response } from 'express';
import type { TimelineSummary } from '../../../projector/timeline-store.ts';
import { findTimeline } from '../../operations/projections.ts';
import type { AppContext } from '../../protocol/context.ts';
import { TimelineHandler } from '../handler.ts';
import { sendTimelineList, summariesAs } from '../list.ts';
import type { PageCache } from '../page-cache.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';

/** `GET /projections/{name}/timelines`: the timelines of any projection, one of a user's own among them. */
export async function listProjectedTimelines(
  context: AppContext,
  req: Request<{ name: string }>,
  res: Response,
): Promise<void> {
  const timeline = findTimeline(context, req, res);
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary) => {
    return { key, entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  if (timeline === undefined) return;
  await sendTimelineList(context, { timeline, member: 'timelines', ...summariesAs(itemOf) }, req, res);
}

/** `GET /projections/{name}/timelines/{key}`: one of them. */
export function projectedTimelines(context: AppContext, cache: PageCache) {
  const pages = new Map(
    Object.values(context.projections).map((timeline) => {
      const { name } = timeline;
      const subject = (key: string) => `"timeline":${JSON.stringify({ projection: name, key })}`;
      const resource = { timeline, parameters: TIMELINE_PARAMETERS.topic, subject, absent: () => undefined };
      return [name, new TimelineHandler(resource, context, cache)] as const;
    }),
  );
  return async (req: Request<{ name: string; key: string }>, res: Response): Promise<void> => {
    const found = findTimeline(context, req, res);
    if (found !== undefined) await pages.get(found.name)?.send(req.params.key, req, res);
  };
}
