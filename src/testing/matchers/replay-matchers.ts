import type {} from 'expect';
import type { LawOptions } from '../laws/find-counterexample.ts';
import type { History } from '../replay/history.ts';
import { toObeyReplayLaws } from './replay-laws-matcher.ts';
import { toContainEntry, toEndWithEntry, toMatchTimelineSnapshot } from './timeline-matchers.ts';

/**
 * The jest matchers for replays:
 *
 *     expect.extend(replayMatchers);
 */
export const replayMatchers = {
  toContainEntry,
  toEndWithEntry,
  toMatchTimelineSnapshot,
  toObeyReplayLaws,
};

/** The matchers that `expect.extend(replayMatchers)` adds to `expect`. */
export interface ReplayMatchers<R> {
  /** Passes if an entry of the timeline has all fields of `entry`. Asymmetric matchers such as `expect.any` work. */
  toContainEntry(entry: object): R;
  /** Passes if the last entry of the timeline has all fields of `entry`. */
  toEndWithEntry(entry: object): R;
  /** Passes if the timeline equals its snapshot, which contains no ids and no recording times. */
  toMatchTimelineSnapshot(hint?: string): R;
  /** Passes if the projection obeys the laws of replay on this history and on parts of it. Await it. */
  toObeyReplayLaws(history: History, options?: LawOptions): Promise<void>;
}

/** Types the matchers for `expect` of `@jest/globals`. */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends ReplayMatchers<R> {}
}

/** Types the matchers for `@types/jest`. */
declare global {
  namespace jest {
    interface Matchers<R, T> extends ReplayMatchers<R> {}
  }
}
