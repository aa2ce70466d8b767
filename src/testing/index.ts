/** The public API for tests, as `chancery/testing`: replay, events to replay, matchers and laws, contracts of the ports. */

export type { EntryDifference, FieldDifference } from './entry-difference.ts';
export {
  type BuiltEvent,
  briefingHeld,
  builders,
  type EventBuilder,
  type EventOverrides,
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
} from './event-builders.ts';
export { describeEventStoreContract, type OpenStore, type TestFramework } from './event-store-contract.ts';
export type { History } from './history.ts';
export {
  BrokenHistoryError,
  type HistoryEvent,
  type HistorySelection,
  loadHistory,
  parseHistory,
} from './history-file.ts';
export type { ReplayMatchers } from './jest-types.ts';
export { RefusedEventError } from './refused-event-error.ts';
export { type Replay, type ReplayOptions, type ReplayReading, replay } from './replay.ts';
export type { LawOptions } from './replay-laws-matcher.ts';
export { replayMatchers } from './replay-matchers.ts';
export type { ReplayQuery } from './replay-query.ts';
export type { SentData, SentEvent } from './sent-event.ts';
export type { ChangedEntry, TimelineChanges } from './timeline-changes.ts';
export {
  describeTimelineStoreContract,
  type OpenTimelineStore,
  type TimelineStoreUnderTest,
} from './timeline-store-contract.ts';
export { timelineText } from './timeline-text.ts';
