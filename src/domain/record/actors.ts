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
  for (const { actor, role } of namedActors(version)) {
    const key = actorKey(actor);
    const known = actors.get(key);
    if (known === undefined) actors.set(key, { actor, names: [actor.name], roles: [role] });
    else {
      if (!known.names.includes(actor.name)) known.names.push(actor.name);
      if (!known.roles.includes(role)) known.roles.push(role);
    }
  }
  return actors;
}

/** Returns the roles that an actor can have in an event of any type. */
export function actorRoles(): readonly string[] {
  return [...new Set(contentTypes().flatMap((type) => actorReaderOf(type).roles))];
}

/** Returns the members of the organisations that are parties on behalf of their members, as of the event's date. */
export function rolesOfMembers(version: RecordVersion): readonly CountryRole[] {
  const roles: CountryRole[] = [];
  for (const { actor, role } of namedActors(version)) {
    const organisation = role === 'party' ? organisationOf(actor) : undefined;
    if (organisation?.bindsMembers !== true) continue;
    for (const member of membersDuring(organisation.members, version.span)) roles.push([member, 'party']);
  }
  return roles;
}

/** An actor where a payload names it, with the role that it has there. */
interface ActorInRole {
  readonly actor: Actor;
  readonly role: string;
}

/** Adds every actor in a value to `found`. */
type Reader = (value: unknown, found: ActorInRole[]) => void;

/** How to find the actors in the payloads of a type. */
interface ActorReader {
  readonly read: Reader;
  readonly roles: readonly string[];
}

function namedActors(version: RecordVersion): readonly ActorInRole[] {
  const found: ActorInRole[] = [];
  for (const { type, data } of partsOf(version)) actorReaderOf(type).read(data, found);
  return found;
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
  return (value, found) => addActor(value, role, found);
}

/** Leaves out what is no actor but another alternative of a union, and somebody who is described but not named. */
function addActor(value: unknown, role: string, found: ActorInRole[]): void {
  const { name, kind, anonymity } = (value ?? {}) as Partial<Actor> & { anonymity?: unknown };
  if (name !== undefined && kind !== undefined && anonymity === undefined) {
    found.push({ actor: value as Actor, role });
  }
}

function listReader(item: Reader | undefined): Reader | undefined {
  if (item === undefined) return undefined;
  return (items, found) => {
    if (Array.isArray(items)) for (const each of items) item(each, found);
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
  return (value, found) => addActorsOfStatement(value as Statement, read, found);
}

/** Gives the speaker of relayed words the role `relayed`. The chain of attribution may begin with the speaker. */
function addActorsOfStatement(statement: Statement, read: Reader, found: ActorInRole[]): void {
  const isRelayed = relayersOf(statement).length > 0;
  const named: ActorInRole[] = [];
  read(statement, named);
  for (const each of named) {
    if (each.role === 'speaker' && isRelayed) found.push({ actor: each.actor, role: 'relayed' });
    else if (each.role !== 'relayer' || each.actor.name !== statement.speaker.name) found.push(each);
  }
}

type Shape = Readonly<Record<string, z.ZodType>>;

function fieldReader(field: string, read: Reader): Reader {
  return (value, found) => {
    const inner = (value as Readonly<Record<string, unknown>> | null)?.[field];
    if (inner !== undefined) read(inner, found);
  };
}

function allOf(readers: readonly (Reader | undefined)[]): Reader | undefined {
  const defined = readers.filter((reader) => reader !== undefined);
  if (defined.length < 2) return defined[0];
  return (value, found) => {
    for (const read of defined) read(value, found);
  };
}

/** `consignor`; `host` of `hosts`. */
function roleOf(field: string): string {
  return (
    ROLE_OF_FIELD[field] ?? field.replace(/s$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  );
}
