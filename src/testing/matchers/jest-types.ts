import type {} from 'expect';
import type { LawOptions } from '../laws/replay-laws-matcher.ts';
import type { History } from '../replay/history.ts';

/** What `expect.extend(replayMatchers)` adds to `expect`. */
export interface ReplayMatchers<R> {
  /** Some entry of a timeline has all that this one has. */
  toContainEntry(entry: object): R;
  /** The last entry of a timeline has all that this one has. */
  toEndWithEntry(entry: object): R;
  /** The timeline reads as in the snapshot, ids and times of recording aside. */
  toMatchTimelineSnapshot(hint?: string): R;
  /** The projection keeps the laws of replay on this history, and on parts of it. To be awaited. */
  toObeyReplayLaws(history: History, options?: LawOptions): Promise<void>;
}

/** For `expect` of `@jest/globals`. */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends ReplayMatchers<R> {}
}

/** For `@types/jest`. */
declare global {
  namespace jest {
    interface Matchers<R, T> extends ReplayMatchers<R> {}
  }
}
