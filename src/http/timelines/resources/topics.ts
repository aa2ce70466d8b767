import type { Request, Response } from 'express';
import { canonicalTopic } from '../../../domain/fields/topic.ts';
import type { TimelineSummary } from '../../../projector/timeline-store.ts';
import { topicsPage } from '../../../web/pages/index-page.ts';
import { topicPage } from '../../../web/pages/timeline-page.ts';
import { topicUrl } from '../../../web/text/url.ts';
import type { AppContext } from '../../protocol/context.ts';
import { unknownTopic } from '../../protocol/problems.ts';
import { sendTimelineList, summaryList } from '../list.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import type { TimelineLocation, TimelineRoute } from '../timeline-routes.ts';

/** `GET /topics`: the topics of the events. */
export function listTopics(context: AppContext, req: Request, res: Response): Promise<void> {
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary) => {
    return { slug: key, entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  const projection = context.projections.topic;
  const route = { projection, member: 'topics', page: topicsPage, ...summaryList(itemOf) };
  return sendTimelineList(context, route, req, res);
}

/** `GET /topics/{slug}`: the timeline of a topic. Other spellings of the topic redirect there. */
export function topicTimelines({ projections }: AppContext): TimelineRoute<{ slug: string }> {
  return {
    projection: projections.topic,
    parameters: TIMELINE_PARAMETERS.topic,
    locate: ({ params }) => locateTopic(params.slug),
    subject: (slug) => `"topic":${JSON.stringify({ slug })}`,
    page: topicPage,
    absent: unknownTopic,
  };
}

/** A text that cannot be a topic is left as it is, and has no timeline. */
function locateTopic(text: string): TimelineLocation {
  const slug = canonicalTopic(text);
  return slug === text ? { kind: 'timeline', key: text } : { kind: 'moved', path: topicUrl(slug) };
}
