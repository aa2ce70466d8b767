import type { TimelineDefinition } from '../projector/define-timeline.ts';

/** The projections of a view file. It has the name of the first of them. */
export interface ViewGroup {
  readonly name: string;
  readonly definitions: readonly TimelineDefinition[];
}

/**
 * Puts the definitions that show the same entries together, so that one file has each entry once. Those with items of
 * their own show entries that no other definition shows.
 */
export function viewGroups(definitions: readonly TimelineDefinition[]): readonly ViewGroup[] {
  const groups = new Map<unknown, TimelineDefinition[]>();
  for (const definition of definitions) {
    const key = definition.itemsOf === undefined ? definition.entry : definition;
    groups.set(key, [...(groups.get(key) ?? []), definition]);
  }
  return [...groups.values()].map((group) => ({ name: group[0]?.name ?? '', definitions: group }));
}

/** @throws RangeError if no projection has this name. */
export function viewGroupOf(projection: string, groups: readonly ViewGroup[]): ViewGroup {
  const group = groups.find(({ definitions }) => definitions.some(({ name }) => name === projection));
  if (group === undefined) throw new RangeError(`There is no projection ${projection}`);
  return group;
}
