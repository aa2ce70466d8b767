import { allEventsPage } from '../../../web/pages/timeline-page.ts';
import type { AppContext } from '../../protocol/context.ts';
import { projectedTimelineAnswer } from '../../schemas/timelines.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import { TIMELINE_FORMATS } from '../representation.ts';
import type { TimelineRoute } from '../timeline-routes.ts';

/** Key of the timeline of all events. */
export const ALL_EVENTS_KEY = '*';

/** `GET /search/entries`: the timeline of all events, to filter it by words, to export it and to follow it. */
export function allEventsTimeline({ projections }: AppContext): TimelineRoute<Record<string, string>> {
  return {
    projection: projections.events,
    description: {
      name: 'AllEvents',
      summary: 'The timeline of all events, such as those that a search finds',
      answer: projectedTimelineAnswer,
    },
    parameters: TIMELINE_PARAMETERS.topic,
    formats: TIMELINE_FORMATS,
    title: () => 'All events',
    entryKind: 'event',
    locate: () => ({ kind: 'timeline', key: ALL_EVENTS_KEY }),
    subject: () => `"timeline":${JSON.stringify({ projection: 'events', key: ALL_EVENTS_KEY })}`,
    section: 'search',
    page: (_key, view) => allEventsPage(view),
    absent: () => undefined,
  };
}
