import { countryTimeline } from './country-timeline.ts';
import { relationTimeline } from './relation-timeline.ts';
import { topicTimeline } from './topic-timeline.ts';

/** The projections that are mounted. */
export const projections = [countryTimeline, topicTimeline, relationTimeline] as const;

export type ProjectionName = (typeof projections)[number]['name'];
