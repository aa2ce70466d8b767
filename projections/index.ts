import { countryTimeline } from './country-timeline.ts';
import { implementation } from './implementation.ts';
import { relationTimeline } from './relation-timeline.ts';
import { statements } from './statements.ts';
import { topicTimeline } from './topic-timeline.ts';

/** The projections that are mounted. */
export const projections = [
  countryTimeline,
  topicTimeline,
  relationTimeline,
  statements,
  implementation,
] as const;

export type ProjectionName = (typeof projections)[number]['name'];
