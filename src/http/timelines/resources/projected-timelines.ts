import type { MountedProjection } from '../../../projector/mounted-projection.ts';
import type { TimelineSummary } from '../../../projector/timeline-store.ts';
import { KEY_COLUMNS } from '../../formats/list-columns.ts';
import {
  PROJECTION_NAME,
  type ProjectionParameters,
  requireProjection,
} from '../../operations/require-projection.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { FormatName } from '../../protocol/formats.ts';
import type { Handler, Request, Response } from '../../protocol/handler.ts';
import { projectedTimelineAnswer, timelineList } from '../../schemas/timelines.ts';
import { ChangesHandler, type ChangesResource } from '../changes/handler.ts';
import {
  describeChanges,
  describeTimeGate,
  describeTimeline,
  describeTimelineList,
  describeTimeMap,
  type TimelineDescription,
} from '../descriptions.ts';
import { TimelineHandler } from '../handler.ts';
import { SUMMARIES_LIMIT, summaryList } from '../lists/list-route.ts';
import { sendTimelineList } from '../lists/send-list.ts';
import { TimeGateHandler } from '../memento/timegate.ts';
import { TimeMapHandler } from '../memento/timemap.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import type { TimelineResource } from '../representation.ts';
import type { TimelineResponder, TimelineServices } from '../timeline-routes.ts';

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

const description: TimelineDescription = {
  name: 'Projected',
  summary: 'One timeline of any projection',
  path: { name: PROJECTION_NAME, key: TIMELINE_KEY },
  answer: projectedTimelineAnswer,
  problems: ['unknown-projection'],
};

export const projectedTimelineDescription = describeTimeline(
  { parameters: TIMELINE_PARAMETERS.topic },
  description,
);
export const projectedChangesDescription = describeChanges(
  { parameters: TIMELINE_PARAMETERS.topic },
  description,
);
export const projectedTimeGateDescription = describeTimeGate(
  { parameters: TIMELINE_PARAMETERS.topic },
  description,
);
export const projectedTimeMapDescription = describeTimeMap(
  { parameters: TIMELINE_PARAMETERS.topic },
  description,
);

export const PROJECTED_LIST_FORMATS: readonly FormatName[] = ['json', 'csv', 'ndjson', 'datapackage'];

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
  const list = { member: 'timelines', title: `Timelines of ${projection.name}`, columns: KEY_COLUMNS };
  const route = { projection, ...list, ...summaryList(itemOf) };
  await sendTimelineList(context, route, req, res);
}

/** `GET /projections/{name}/timelines/{key}`: one of these timelines, as JSON. */
export function projectedTimelines({
  context,
  cache,
}: TimelineServices): Handler<ProjectedTimelineParameters> {
  return byProjection(context, (resource) => new TimelineHandler(resource, context, cache));
}

/** `GET /projections/{name}/timelines/{key}/changes`: what changed in it. */
export function projectedChanges({ context }: TimelineServices): Handler<ProjectedTimelineParameters> {
  return byProjection(context, (resource) => new ChangesHandler(resource, context));
}

/** `GET /projections/{name}/timelines/{key}/timegate`. */
export function projectedTimeGates({ context }: TimelineServices): Handler<ProjectedTimelineParameters> {
  return byProjection(context, (resource) => new TimeGateHandler(resource, context));
}

/** `GET /projections/{name}/timelines/{key}/timemap`. */
export function projectedTimeMaps({ context }: TimelineServices): Handler<ProjectedTimelineParameters> {
  return byProjection(context, (resource) => new TimeMapHandler(resource, context));
}

function byProjection(
  context: AppContext,
  responderOf: (resource: ReturnType<typeof plainResource>) => TimelineResponder,
): Handler<ProjectedTimelineParameters> {
  const responders = new Map(
    Object.values(context.projections).map((projection) => {
      return [projection.name, responderOf(plainResource(projection))] as const;
    }),
  );
  return async (req, res) => {
    const projection = requireProjection(context, req, res);
    if (projection !== undefined) await responders.get(projection.name)?.send(req.params.key, req, res);
  };
}

/** The entries of an extension may have any fields, so only formats that take all of them are possible. */
export const PROJECTED_FORMATS: readonly FormatName[] = ['json', 'ndjson'];

function plainResource(projection: MountedProjection): TimelineResource & ChangesResource {
  return {
    projection,
    parameters: TIMELINE_PARAMETERS.topic,
    formats: PROJECTED_FORMATS,
    title: (key) => `${projection.name} ${key}`,
    entryKind: 'event',
    subject: (key) => `"timeline":${JSON.stringify({ projection: projection.name, key })}`,
    absent: () => undefined,
  };
}
