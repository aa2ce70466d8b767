import { findOrganisation, organisationByKey } from '../../../domain/organisations/organisations.ts';
import { BEFORE_ACTOR_KEYS, isActorKey, isNameKey } from '../../../domain/record/actor-key.ts';
import { actorRoles } from '../../../domain/record/actors.ts';
import type { IndexQuery, TimelineReader, TimelineSummary } from '../../../projector/timeline-store.ts';
import { actorPage } from '../../../web/pages/actor-page.ts';
import { actorsPage } from '../../../web/pages/index-page.ts';
import { actorUrl } from '../../../web/text/url.ts';
import { ACTOR_COLUMNS } from '../../formats/list-columns.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { countParameter } from '../../protocol/parameters.ts';
import { unknownActor } from '../../protocol/problems.ts';
import { actorList, actorTimelineAnswer } from '../../schemas/timelines.ts';
import { describeTimelineList } from '../descriptions.ts';
import type { TimelineListPage, TimelineListRoute } from '../lists/list-route.ts';
import { sendTimelineList } from '../lists/send-list.ts';
import { countTimelines } from '../lists/timeline-counts.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import { readActor, readActorDetails } from '../read-actor.ts';
import { TIMELINE_FORMATS } from '../representation.ts';
import type { TimelineLocation, TimelineRoute } from '../timeline-routes.ts';

interface ActorParameters {
  readonly key: string;
}

/** Each item takes a look-up of its latest entry. */
const LIST_LIMIT = countParameter('limit', 300, 100, 'Items of a page.');

export const actorListDescription = describeTimelineList({
  id: 'listActors',
  summary: 'The organisations and people that events name',
  answer: actorList,
  parameters: { limit: LIST_LIMIT },
  page: actorsPage,
});

/** `GET /actors`: the organisations and people that events name. */
export function listActors(context: AppContext, req: Request, res: Response): Promise<void> {
  const route: TimelineListRoute = {
    projection: context.projections.actor,
    member: 'actors',
    title: 'Actors',
    columns: ACTOR_COLUMNS,
    page: actorsPage,
    newItem: {
      noun: 'Actor',
      url: actorUrl,
      title: (key, asOf) => readActorDetails(context.projections.actor.reader, key, asOf).name,
      entryKind: 'event',
    },
    limit: LIST_LIMIT,
    reader: () => ({
      includes: (_reader, key) => key > BEFORE_ACTOR_KEYS,
      readPage: readActors,
      count: (reader, asOf) => countTimelines(reader, asOf, BEFORE_ACTOR_KEYS),
    }),
  };
  return sendTimelineList(context, route, req, res);
}

function readActors(reader: TimelineReader, range: IndexQuery): TimelineListPage {
  const { limit, asOf, after = BEFORE_ACTOR_KEYS } = range;
  const found = reader.index({ after, limit: limit + 1, asOf });
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary) => {
    return { ...readActor(reader, key, asOf), entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  const shown = found.slice(0, limit);
  return { items: shown.map(itemOf), end: found.length > limit ? shown.at(-1)?.key : undefined };
}

/** `GET /actors/{key}`: the timeline of an actor. Names of well-known organisations redirect to theirs. */
export function actorTimelines({ projections }: AppContext): TimelineRoute<ActorParameters> {
  const { actor } = projections;
  return {
    projection: actor,
    description: {
      name: 'Actor',
      summary: 'The timeline of an organisation or a person',
      path: {
        key: {
          description:
            'Key of an actor, as lists and searches have it. Names of well-known bodies redirect to it.',
          example: 'us~us-strategic-metals',
        },
      },
      answer: actorTimelineAnswer,
      roles: { examples: ['speaker', 'party', 'consignor'] },
      problems: ['unknown-actor'],
      hasOtherSpellings: true,
    },
    parameters: TIMELINE_PARAMETERS.actor,
    formats: TIMELINE_FORMATS,
    title: (key, asOf) => readActorDetails(actor.reader, key, asOf?.ordinal).name,
    entryKind: 'event',
    roles: actorRoles,
    locate: ({ params }) => locateActor(params.key),
    subject: (key, _page, asOf) => {
      return `"actor":${JSON.stringify(readActorDetails(actor.reader, key, asOf?.ordinal))}`;
    },
    section: 'actors',
    page: (key, view, asOf) => actorPage(readActorDetails(actor.reader, key, asOf?.ordinal), view),
    absent: (key) => (organisationByKey(key) === undefined ? unknownActor() : undefined),
  };
}

function locateActor(text: string): TimelineLocation {
  const organisation = isNameKey(text) ? undefined : findOrganisation(text);
  if (organisation !== undefined && organisation.key !== text) {
    return { kind: 'moved', path: actorUrl(organisation.key) };
  }
  return isActorKey(text) ? { kind: 'timeline', key: text } : { kind: 'refused', problem: unknownActor() };
}
