/** The public API for tests, as `chancery/testing`: replay, events to replay, matchers and laws, contracts of the ports. */

export {
  type BuiltEvent,
  briefingHeld,
  builderOf,
  builders,
  eventCorrected,
  eventRetracted,
  linkWithdrawn,
  mouAmended,
  mouEnteredIntoForce,
  mouSigned,
  mouTerminated,
  recordLinked,
  shipmentAnnounced,
  shipmentArrived,
  shipmentCancelled,
  shipmentDispatched,
  shipmentReturned,
} from './builders/event-builders.ts';
export type { EventBuilder, EventOverrides, SentData, SentEvent } from './builders/sent-event.ts';
export {
  describeEventStoreContract,
  type OpenStore,
  type TestFramework,
} from './contracts/event-store/index.ts';
export {
  describeTimelineStoreContract,
  type OpenTimelineStore,
  type TimelineStoreUnderTest,
} from './contracts/timeline-store/index.ts';
export type { LawOptions } from './laws/replay-laws-matcher.ts';
export type { EntryDifference, FieldDifference } from './matchers/entry-difference.ts';
export type { ReplayMatchers } from './matchers/jest-types.ts';
export { replayMatchers } from './matchers/replay-matchers.ts';
export { timelineText } from './matchers/timeline-text.ts';
export type { History } from './replay/history.ts';
export {
  BrokenHistoryError,
  type HistoryEvent,
  type HistorySelection,
  loadHistory,
  parseHistory,
} from './replay/history-file.ts';
export { RefusedEventError } from './replay/refused-event-error.ts';
export { type Replay, type ReplayOptions, type ReplayReading, replay } from './replay/replay.ts';
export type { ReplayQuery } from './replay/replay-query.ts';
export type { ChangedEntry, TimelineChanges } from './replay/timeline-changes.ts';
