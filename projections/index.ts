import { countryTimeline } from './country-timeline.ts';
import { topicTimeline } from './topic-timeline.ts';

/** The projections that are mounted. */
export const projections = [countryTimeline, topicTimeline] as const;

export type ProjectionName = (typeof projections)[number]['name'];
