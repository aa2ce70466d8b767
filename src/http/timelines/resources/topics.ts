import type { Request, Response } from 'express';
import type { TimelineSummary } from '../../../projector/timeline-store.ts';
import { topicsPage } from '../../../web/pages/index-page.ts';
import { topicPage } from '../../../web/pages/timeline-page.ts';
import type { AppContext } from '../../protocol/context.ts';
import { unknownTopic } from '../../protocol/problems.ts';
import { sendTimelineList, summaryList } from '../list.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import type { TimelineRoute } from '../timeline-routes.ts';

/** `GET /topics`: the topics of the events. */
export function listTopics(context: AppContext, req: Request, res: Response): Promise<void> {
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary) => {
    return { slug: key, entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  const projection = context.projections.topic;
  const route = { projection, member: 'topics', page: topicsPage, ...summaryList(itemOf) };
  return sendTimelineList(context, route, req, res);
}

/** `GET /topics/{slug}`: the timeline of a topic. */
export function topicTimelines({ projections }: AppContext): TimelineRoute<{ slug: string }> {
  return {
    projection: projections.topic,
    parameters: TIMELINE_PARAMETERS.topic,
    locate: ({ params }) => ({ kind: 'timeline', key: params.slug }),
    subject: (slug) => `"topic":${JSON.stringify({ slug })}`,
    page: topicPage,
    absent: unknownTopic,
  };
}
