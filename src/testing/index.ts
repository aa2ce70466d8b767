/** The public API `chancery/testing`: replays, event builders, jest matchers, and contract suites for stores. */

export {
  type BuiltEvent,
  briefingHeld,
  builderOf,
  builders,
  eventCorrected,
  eventRetracted,
  linkWithdrawn,
  measureEased,
  measureImposed,
  measureLifted,
  meetingHeld,
  mouAmended,
  mouEnteredIntoForce,
  mouParticipationChanged,
  mouRenewed,
  mouSigned,
  mouTerminated,
  recordLinked,
  shipmentAnnounced,
  shipmentArrived,
  shipmentCancelled,
  shipmentDispatched,
  shipmentIntercepted,
  shipmentReturned,
  sourceAdded,
  topicDefined,
} from './builders/event-builders.ts';
export type { EventBuilder, EventOverrides, SentData, SentEvent } from './builders/sent-event.ts';
export type { ContractLimits, OpenStore, TestFramework } from './contracts/event-store/contract.ts';
export { describeEventStoreContract } from './contracts/event-store/describe-event-store-contract.ts';
export type { OpenTimelineStore, TimelineStoreUnderTest } from './contracts/timeline-store/contract.ts';
export { describeTimelineStoreContract } from './contracts/timeline-store/describe-timeline-store-contract.ts';
export type { EntryDifference, FieldDifference } from './differences/entry-difference.ts';
export type { ChangedEntry, TimelineChanges } from './differences/timeline-changes.ts';
export { timelineText } from './differences/timeline-text.ts';
export type { LawOptions } from './laws/find-counterexample.ts';
export { type ReplayMatchers, replayMatchers } from './matchers/replay-matchers.ts';
export {
  BrokenHistoryError,
  type History,
  type HistoryEvent,
  type HistorySelection,
  loadHistory,
  parseHistory,
} from './replay/history.ts';
export { RefusedEventError } from './replay/refused-event-error.ts';
export { type Replay, type ReplayOptions, type ReplayReading, replay } from './replay/replay.ts';
export type { ReplayQuery } from './replay/replay-query.ts';
