/** The public API: what event types and projections are written against. */

export { type Stance, stanceOf } from './domain/claims/stance.ts';
export { type CountryCode, countryName } from './domain/countries/countries.ts';
export { relationKey } from './domain/countries/relation-key.ts';
export {
  type Chronology,
  type ContentEventType,
  type CountryRole,
  defineEventType,
  type Step,
  type Upcast,
  type Warning,
} from './domain/event-types/define-event-type.ts';
export { concernsSomeParties, isSameParty } from './domain/event-types/mou.ts';
export { eventTypes, registerEventTypes } from './domain/event-types/registry.ts';
export { topicDefined } from './domain/event-types/topic-defined.ts';
export type { DomainEvent } from './domain/events/event.ts';
export { jsonSchemaOf } from './domain/events/json-schema.ts';
export { type Actor, normalizedNames } from './domain/fields/actor.ts';
export type { Amount } from './domain/fields/amount.ts';
export { fields } from './domain/fields/fields.ts';
export type { Role } from './domain/fields/role.ts';
export { actorKey, isNameKey, nameLookupKey, namesOfActorKey } from './domain/record/actor-key.ts';
export { type ActorInEvent, actorsOf } from './domain/record/actors.ts';
export { attributionOf, attributionOfStatement } from './domain/record/attribution.ts';
export type { Conflict, RecordVersion } from './domain/record/record-version.ts';
export {
  outletsOf,
  relaysOf,
  searchableTextsIn,
  searchableTextsOf,
} from './domain/record/searchable-texts.ts';
export {
  consistsOfStatements,
  issuerOf,
  relayersOf,
  rolesInStatement,
  type Statement,
  speechActOf,
  statementsOf,
  topicsInStatement,
} from './domain/record/statements.ts';
export {
  dataOf,
  figuresOf,
  headline,
  headlineQuote,
  linksOf,
  type Occurrence,
  occurrenceOf,
  rolesByCountry,
  speechActsOf,
  termsOf,
  topicsOf,
} from './domain/record/summary.ts';
export { searchableWords } from './domain/search/words.ts';
export { type DateSpan, type Day, daySerial, spanOf } from './domain/values/edtf.ts';
export { normalizeName } from './domain/values/text.ts';
export type * from './event-store/event-store.ts';
export {
  defineProjection,
  type FoldedProjection,
  ignored,
  type ProjectedRecord,
  type ProjectionDefinition,
  type RedactedRecord,
} from './projector/define-projection.ts';
export { defineTimeline, type TimelineDefinition, type TimelineEntry } from './projector/define-timeline.ts';
export type { ListItem } from './projector/timeline-list.ts';
