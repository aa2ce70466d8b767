import type { Request, Response } from 'express';
import { resolveTopic } from '../domain/topics.ts';
import type { TimelineSummary } from '../projector/timeline-store.ts';
import { topicsPage } from '../web/index-page.ts';
import { topicPage } from '../web/timeline-page.ts';
import type { AppContext } from './app-context.ts';
import type { Problem } from './problem-details.ts';
import type { AnswersFor } from './timeline-body.ts';
import { sendIndex, summariesAs } from './timeline-index.ts';
import { TIMELINE_PARAMETERS } from './timeline-query.ts';

/** `GET /topics`: the topics that events have. */
export function listTopics(context: AppContext, req: Request, res: Response): Promise<void> {
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary) => {
    return { slug: key, entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  return sendIndex(
    context,
    { timeline: context.timelines.topic, member: 'topics', page: topicsPage, ...summariesAs(itemOf) },
    req,
    res,
  );
}

/** `GET /topics/{slug}`: the timeline of a topic. */
export function topicTimelines(context: AppContext, answersFor: AnswersFor) {
  const answers = answersFor({
    timeline: context.timelines.topic,
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
