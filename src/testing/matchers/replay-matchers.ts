import { toObeyReplayLaws } from '../laws/replay-laws-matcher.ts';
import { toContainEntry, toEndWithEntry, toMatchTimelineSnapshot } from './timeline-matchers.ts';

/** For `expect.extend`. */
export const replayMatchers = {
  toContainEntry,
  toEndWithEntry,
  toMatchTimelineSnapshot,
  toObeyReplayLaws,
};
