/** The public API: what a projection is written against. */

export {
  attributionOf,
  headline,
  headlineQuote,
  linksOf,
  type Occurrence,
  occurrenceOf,
  rolesByCountry,
  speechActsOf,
  topicsOf,
} from './domain/account.ts';
export type { Actor } from './domain/actor.ts';
export { nameWord, rolesInStatement, type Statement, statementsOf } from './domain/claims.ts';
export type { CountryCode } from './domain/countries.ts';
export { type Day, daySerial } from './domain/edtf.ts';
export type { DomainEvent } from './domain/event.ts';
export type { RecordVersion } from './domain/record.ts';
export type { Role } from './domain/roles.ts';
export type * from './event-store/event-store.ts';
export {
  defineProjection,
  type FoldedProjection,
  ignored,
  type ProjectedRecord,
  type ProjectionDefinition,
} from './projector/define-projection.ts';
export { defineTimeline, type TimelineDefinition, type TimelineEntry } from './projector/define-timeline.ts';
