import type { Request, Response } from 'express';
import { resolveTopic } from '../../../domain/fields/topic.ts';
import type { TimelineSummary } from '../../../projector/timeline-store.ts';
import { topicsPage } from '../../../web/pages/index-page.ts';
import { topicPage } from '../../../web/pages/timeline-page.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { Problem } from '../../protocol/problems.ts';
import { sendTimelineList, summariesAs } from '../list.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import type { AnswersFor } from '../representation.ts';

/** `GET /topics`: the topics that events have. */
export function listTopics(context: AppContext, req: Request, res: Response): Promise<void> {
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary) => {
    return { slug: key, entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  return sendTimelineList(
    context,
    { timeline: context.projections.topic, member: 'topics', page: topicsPage, ...summariesAs(itemOf) },
    req,
    res,
  );
}

/** `GET /topics/{slug}`: the timeline of a topic. */
export function topicTimelines(context: AppContext, answersFor: AnswersFor) {
  const answers = answersFor({
    timeline: context.projections.topic,
    parameters: TIMELINE_PARAMETERS.topic,
    subject: (slug) => `"topic":${JSON.stringify({ slug })}`,
    page: topicPage,
    absent: unknownTopic,
  });
  return (req: Request<{ slug: string }>, res: Response): Promise<void> =>
    answers.send(req.params.slug, req, res);
}

function unknownTopic(slug: string): Problem {
  const found = resolveTopic(slug);
  return { code: 'unknown-topic', ...(found.outcome === 'refused' && { detail: found.detail }) };
}
