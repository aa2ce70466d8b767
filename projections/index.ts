import { actorTimeline } from './actor.ts';
import { agreements } from './agreements.ts';
import { allEvents } from './all-events.ts';
import { concepts } from './concepts.ts';
import { contradictions } from './contradictions.ts';
import { countryTimeline } from './country.ts';
import { relationTimeline } from './relation.ts';
import { statements } from './statements.ts';
import { topicTimeline } from './topic.ts';

/** The built-in projections. Every server mounts them. */
export const projections = [
  countryTimeline,
  topicTimeline,
  relationTimeline,
  actorTimeline,
  allEvents,
  statements,
  agreements,
  concepts,
  contradictions,
] as const;

export type BuiltInProjectionName = (typeof projections)[number]['name'];
