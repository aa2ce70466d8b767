import type { Actor } from '../src/index.ts';

/** An actor without the names in other languages. */
export type NamedActor = Omit<Actor, 'names'>;

export function namedActor({ name, kind, country }: Actor): NamedActor {
  return { name, kind, ...(country !== undefined && { country }) };
}
