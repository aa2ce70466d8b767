import type { AppContext } from '../protocol/context.ts';
import type { LocatablePattern } from './locate-timeline.ts';
import { actorTimelines } from './resources/actors.ts';
import { agreementTimelines, unlinkedShipments } from './resources/agreements.ts';
import { allEventsTimeline } from './resources/all-events.ts';
import { countryTimelines } from './resources/countries.ts';
import { relationTimelines } from './resources/relations.ts';
import { statementTimelines } from './resources/statements.ts';
import { topicTimelines } from './resources/topics.ts';
import type { TimelineRoute } from './timeline-routes.ts';

/** The timelines at URLs of one pattern, and how they are shown. */
export interface TimelineRow extends LocatablePattern {
  readonly route: TimelineRoute<never>;
}

/** The timelines that have pages. If a path matches several patterns, the first one counts. */
export function timelineTable(context: AppContext): readonly TimelineRow[] {
  return [
    timelineRow('/countries/:code', countryTimelines(context)),
    timelineRow('/topics/:slug', topicTimelines(context)),
    timelineRow('/relations/:a/:b', relationTimelines(context)),
    timelineRow('/actors/:key', actorTimelines(context)),
    timelineRow('/search/entries', allEventsTimeline(context)),
    timelineRow('/statements', statementTimelines(context)),
    timelineRow('/mous/unknown', unlinkedShipments(context)),
    timelineRow('/mous/:stream', agreementTimelines(context)),
  ];
}

function timelineRow(pattern: string, route: TimelineRoute<never>): TimelineRow {
  return {
    pattern,
    route,
    locate: (params, originalUrl) => route.locate({ params: params as never, originalUrl }),
  };
}
