import { z } from 'zod';
import { type AnyEventType, type CountryRole, fieldsOf } from '../event-types/define-event-type.ts';
import { contentTypes } from '../event-types/registry.ts';
import { relayersOf, type Statement } from '../event-types/statement.ts';
import { type Actor, actor as actorSchema } from '../fields/actor.ts';
import { unwrapped } from '../fields/field-kind.ts';
import { membersDuring } from '../organisations/organisation.ts';
import { organisationOf } from '../organisations/organisations.ts';
import { memoizeBy } from '../values/memoize-by.ts';
import { actorKey } from './actor-key.ts';
import { partsOf } from './inheritance.ts';
import type { RecordVersion } from './record-version.ts';

/** An actor of an event. */
export interface ActorInEvent {
  /** As the event first names it. */
  readonly actor: Actor;
  /** Distinct names that the event gives it. */
  readonly names: readonly string[];
  /** What it has to do with the event, by the fields that name it: `speaker`, `party`, `consignor`… */
  readonly roles: readonly string[];
}

/** Role of the actors in a field, where it is not the name of the field in the singular. */
const ROLE_OF_FIELD: Readonly<Record<string, string>> = {
  attribution: 'relayer',
  by: 'agent',
  institution: 'issuer',
  parties: 'party',
  witnesses: 'witness',
};

/**
 * Returns the actors in the payload by key, in the order of their first appearance. A version of a type that inherits
 * has those of the record's first event as well. Outlets of sources are no actors.
 */
export function actorsOf(version: RecordVersion): ReadonlyMap<string, ActorInEvent> {
  const actors = new Map<string, { actor: Actor; names: string[]; roles: string[] }>();
  forEachActor(version, (actor, role) => {
    const key = actorKey(actor);
    const known = actors.get(key);
    if (known === undefined) actors.set(key, { actor, names: [actor.name], roles: [role] });
    else {
      if (!known.names.includes(actor.name)) known.names.push(actor.name);
      if (!known.roles.includes(role)) known.roles.push(role);
    }
  });
  return actors;
}

/** Returns the roles that an actor can have in an event of any type. */
export function actorRoles(): readonly string[] {
  return [...new Set(contentTypes().flatMap((type) => actorReaderOf(type).roles))];
}

/** Returns the members of the organisations that are parties on behalf of their members, as of the event's date. */
export function rolesOfMembers(version: RecordVersion): readonly CountryRole[] {
  const roles: CountryRole[] = [];
  forEachActor(version, (actor, role) => {
    const organisation = role === 'party' ? organisationOf(actor) : undefined;
    if (organisation?.bindsMembers !== true) return;
    for (const member of membersDuring(organisation.members, version.span)) roles.push([member, 'party']);
  });
  return roles;
}

type Visit = (actor: Actor, role: string) => void;

/** Visits every actor in a value. */
type Reader = (value: unknown, visit: Visit) => void;

/** How to find the actors in the payloads of a type. */
interface ActorReader {
  readonly read: Reader;
  readonly roles: readonly string[];
}

function forEachActor(version: RecordVersion, visit: Visit): void {
  for (const { type, data } of partsOf(version)) actorReaderOf(type).read(data, visit);
}

const actorReaderOf = memoizeBy((type: AnyEventType): ActorReader => {
  const roles = new Set<string>();
  const read = objectReader(fieldsOf(type), roles) ?? (() => {});
  return { read, roles: [...roles] };
});

/** Returns undefined for a schema that has no actors in it. */
function readerOf(optional: z.ZodType, field: string, roles: Set<string>): Reader | undefined {
  const schema = unwrapped(optional);
  if (schema instanceof z.ZodArray) return listReader(readerOf(schema.element as z.ZodType, field, roles));
  if (schema instanceof z.ZodUnion) {
    return allOf(schema.options.map((option) => readerOf(option as z.ZodType, field, roles)));
  }
  if (!(schema instanceof z.ZodObject)) return undefined;
  if (schema.shape['kind'] !== actorSchema.shape.kind) return objectReader(schema.shape, roles, field);
  const role = roleOf(field);
  roles.add(role);
  return (value, visit) => visitActor(value, role, visit);
}

/** Leaves out what is no actor but another alternative of a union, and somebody who is described but not named. */
function visitActor(value: unknown, role: string, visit: Visit): void {
  const { name, kind, anonymity } = (value ?? {}) as Partial<Actor> & { anonymity?: unknown };
  if (name !== undefined && kind !== undefined && anonymity === undefined) visit(value as Actor, role);
}

function listReader(item: Reader | undefined): Reader | undefined {
  if (item === undefined) return undefined;
  return (items, visit) => {
    if (Array.isArray(items)) for (const each of items) item(each, visit);
  };
}

/** @param name of the field that holds the object; a field `actors` in it is one of several kinds of the same */
function objectReader(shape: Shape, roles: Set<string>, name = ''): Reader | undefined {
  const fields = Object.entries(shape).map(([field, schema]) => {
    const reader = readerOf(schema, field === 'actors' && name !== '' ? name : field, roles);
    return reader && fieldReader(field, reader);
  });
  const read = allOf(fields);
  if (read === undefined || !('speaker' in shape && 'attribution' in shape)) return read;
  roles.add('relayed');
  return (value, visit) => read(value, visitStatement(value as Statement, visit));
}

/** Gives the speaker of relayed words the role `relayed`. The chain of attribution may begin with the speaker. */
function visitStatement(statement: Statement, visit: Visit): Visit {
  const isRelayed = relayersOf(statement).length > 0;
  return (actor, role) => {
    if (role === 'speaker' && isRelayed) visit(actor, 'relayed');
    else if (role !== 'relayer' || actor.name !== statement.speaker.name) visit(actor, role);
  };
}

type Shape = Readonly<Record<string, z.ZodType>>;

function fieldReader(field: string, read: Reader): Reader {
  return (value, visit) => {
    const inner = (value as Readonly<Record<string, unknown>> | null)?.[field];
    if (inner !== undefined) read(inner, visit);
  };
}

function allOf(readers: readonly (Reader | undefined)[]): Reader | undefined {
  const defined = readers.filter((reader) => reader !== undefined);
  if (defined.length < 2) return defined[0];
  return (value, visit) => {
    for (const read of defined) read(value, visit);
  };
}

/** `consignor`; `host` of `hosts`. */
function roleOf(field: string): string {
  return (
    ROLE_OF_FIELD[field] ?? field.replace(/s$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  );
}
