import type { MountedProjection } from '../../../projector/mounted-projection.ts';
import type { TimelineSummary } from '../../../projector/timeline-store.ts';
import {
  PROJECTION_NAME,
  type ProjectionParameters,
  requireProjection,
} from '../../operations/require-projection.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { Handler, Request, Response } from '../../protocol/handler.ts';
import { projectedTimelineAnswer, timelineList } from '../../schemas/timelines.ts';
import { describeTimeline, describeTimelineList } from '../descriptions.ts';
import { TimelineHandler } from '../handler.ts';
import { SUMMARIES_LIMIT, sendTimelineList, summaryList } from '../list.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import type { TimelineResource } from '../representation.ts';
import type { TimelineServices } from '../timeline-routes.ts';

export interface ProjectedTimelineParameters extends ProjectionParameters {
  readonly key: string;
}

const TIMELINE_KEY = { description: 'Key of a timeline of the projection.', example: 'PK' };

export const projectedListDescription = describeTimelineList({
  id: 'listProjectedTimelines',
  summary: 'The timelines of any projection, including those of extensions',
  path: { name: PROJECTION_NAME },
  answer: timelineList,
  parameters: { limit: SUMMARIES_LIMIT },
  problems: ['unknown-projection'],
});

export const projectedTimelineDescription = describeTimeline(
  { parameters: TIMELINE_PARAMETERS.topic },
  {
    name: 'Projected',
    summary: 'One timeline of any projection',
    path: { name: PROJECTION_NAME, key: TIMELINE_KEY },
    answer: projectedTimelineAnswer,
    problems: ['unknown-projection'],
  },
);

/** `GET /projections/{name}/timelines`: the timelines of any projection, including those of extensions. */
export async function listProjectedTimelines(
  context: AppContext,
  req: Request<ProjectionParameters>,
  res: Response,
): Promise<void> {
  const projection = requireProjection(context, req, res);
  if (projection === undefined) return;
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary) => {
    return { key, entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  const route = { projection, member: 'timelines', ...summaryList(itemOf) };
  await sendTimelineList(context, route, req, res);
}

/** `GET /projections/{name}/timelines/{key}`: one of these timelines, as JSON. */
export function projectedTimelines({
  context,
  cache,
}: TimelineServices): Handler<ProjectedTimelineParameters> {
  const handlers = new Map(
    Object.values(context.projections).map((projection) => {
      return [projection.name, new TimelineHandler(plainResource(projection), context, cache)] as const;
    }),
  );
  return async (req, res) => {
    const projection = requireProjection(context, req, res);
    if (projection !== undefined) await handlers.get(projection.name)?.send(req.params.key, req, res);
  };
}

function plainResource(projection: MountedProjection): TimelineResource {
  return {
    projection,
    parameters: TIMELINE_PARAMETERS.topic,
    subject: (key) => `"timeline":${JSON.stringify({ projection: projection.name, key })}`,
    absent: () => undefined,
  };
}
