/** The public API: what a projection is written against. */

export type { CountryCode } from './domain/countries/countries.ts';
export type { DomainEvent } from './domain/events/event.ts';
export type { Actor } from './domain/fields/actor.ts';
export type { Role } from './domain/fields/role.ts';
export type { RecordVersion } from './domain/record/record.ts';
export { normalizeName, rolesInStatement, type Statement, statementsOf } from './domain/record/statements.ts';
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
} from './domain/record/summary.ts';
export { type Day, daySerial } from './domain/values/edtf.ts';
export type * from './event-store/event-store.ts';
export {
  defineProjection,
  type FoldedProjection,
  ignored,
  type ProjectedRecord,
  type ProjectionDefinition,
} from './projector/define-projection.ts';
export { defineTimeline, type TimelineDefinition, type TimelineEntry } from './projector/define-timeline.ts';
