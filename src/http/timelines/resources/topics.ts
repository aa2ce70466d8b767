import { canonicalTopic, preferredLabel } from '../../../domain/fields/topic.ts';
import { type Ordinal, type TimelineSummary, UNFILTERED } from '../../../projector/timeline-store.ts';
import { topicsPage } from '../../../web/pages/index-page.ts';
import { type ConceptView, conceptTitle, topicPage } from '../../../web/pages/topic-page.ts';
import { topicUrl } from '../../../web/text/url.ts';
import { TOPIC_COLUMNS } from '../../formats/list-columns.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { unknownTopic } from '../../protocol/problems.ts';
import { topicList, topicTimelineAnswer } from '../../schemas/timelines.ts';
import { describeTimelineList } from '../descriptions.ts';
import { type NewListItem, SUMMARIES_LIMIT, summaryList } from '../lists/list-route.ts';
import { sendTimelineList } from '../lists/send-list.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import { TIMELINE_FORMATS } from '../representation.ts';
import type { TimelineLocation, TimelineRoute } from '../timeline-routes.ts';

/** Definitions that are read for one topic: its own ones and those of its narrower topics. */
const DEFINITIONS_MAX = 2_000;

export const topicListDescription = describeTimelineList({
  id: 'listTopics',
  summary: 'The topics of events and definitions, with their labels',
  answer: topicList,
  parameters: { limit: SUMMARIES_LIMIT },
  page: topicsPage,
});

/** `GET /topics`: the topics of the events and definitions, each with its label. */
export function listTopics(context: AppContext, req: Request, res: Response): Promise<void> {
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary, asOf: Ordinal) => {
    const { labels } = conceptAsOf(context, key, asOf);
    return { slug: key, label: labelIn(labels), entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  const { topic: projection, concepts: requires } = context.projections;
  const list = { member: 'topics', title: 'Topics', columns: TOPIC_COLUMNS, page: topicsPage };
  const newItem: NewListItem = {
    noun: 'Topic',
    url: topicUrl,
    title: (slug, asOf) => conceptTitle(slug, conceptAsOf(context, slug, asOf)),
    entryKind: 'event',
  };
  const route = { projection, requires, ...list, newItem, ...summaryList(itemOf) };
  return sendTimelineList(context, route, req, res);
}

/** `GET /topics/{slug}`: the timeline of a topic. Other spellings of the topic redirect there. */
export function topicTimelines(context: AppContext): TimelineRoute<{ slug: string }> {
  return {
    projection: context.projections.topic,
    description: {
      name: 'Topic',
      summary: 'The timeline of a topic, and what is known of the topic',
      path: {
        slug: { description: 'Slug of a topic. Other spellings redirect to it.', example: 'rare-earths' },
      },
      answer: topicTimelineAnswer,
      problems: ['unknown-topic'],
      hasOtherSpellings: true,
    },
    parameters: TIMELINE_PARAMETERS.topic,
    formats: TIMELINE_FORMATS,
    entryKind: 'event',
    locate: ({ params }) => locateTopic(params.slug),
    subject: (slug, _page, asOf) =>
      `"topic":${JSON.stringify(topicJson(slug, conceptAsOf(context, slug, asOf?.ordinal)))}`,
    title: (slug, asOf) => conceptTitle(slug, conceptAsOf(context, slug, asOf?.ordinal)),
    section: 'topics',
    page: (slug, view, asOf) => topicPage(slug, conceptAsOf(context, slug, asOf?.ordinal), view),
    requires: { projection: context.projections.concepts, by: 'all' },
    absent: unknownTopic,
  };
}

/** A text that cannot be a topic is left as it is, and has no timeline. */
function locateTopic(text: string): TimelineLocation {
  const slug = canonicalTopic(text);
  return slug === text ? { kind: 'timeline', key: text } : { kind: 'moved', path: topicUrl(slug) };
}

/** A definition is on the timelines of all topics that it is about, so their ETags cover what is read here. */
function conceptAsOf(
  { projections, topicConcepts }: AppContext,
  slug: string,
  asOf: Ordinal | undefined,
): ConceptView {
  const { reader } = projections.concepts;
  if (reader === undefined || asOf === undefined) return topicConcepts.fold(slug, []);
  const query = { ...UNFILTERED, order: 'asc', limit: DEFINITIONS_MAX, asOf } as const;
  return topicConcepts.fold(slug, reader.page(slug, query).entries);
}

function topicJson(slug: string, { labels, description, broader, narrower }: ConceptView): object {
  return { slug, label: labelIn(labels), labels, description, broader, narrower };
}

function labelIn(labels: ConceptView['labels']): string | null {
  return preferredLabel(labels) ?? null;
}
