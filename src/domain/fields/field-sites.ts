import { z } from 'zod';
import { type FieldKind, fieldKindOf, unwrapped } from './field-kind.ts';

/** What to do with values, by their kind. */
export interface ByKind<Action> {
  readonly values: Partial<Readonly<Record<FieldKind, Action>>>;
  /** With lists, by the kind of their items. */
  readonly lists: Partial<Readonly<Record<FieldKind, Action>>>;
}

/** Stands for the items of a list in a path. */
const EACH = Symbol('each');

type Path = readonly (string | typeof EACH)[];

/** A place in payloads whose values have an action. */
export interface FieldSite<Action> {
  readonly path: Path;
  readonly action: Action;
}

/** Walks a schema. Keep the result: values of most types have no such place. */
export function collectSites<Action>(
  optional: z.ZodType,
  actions: ByKind<Action>,
  path: Path = [],
): readonly FieldSite<Action>[] {
  const schema = unwrapped(optional);
  const kind = fieldKindOf(schema);
  const own = siteAt(path, kind && actions.values[kind]);
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
    return [...own, ...fields.flatMap(([name, field]) => collectSites(field, actions, [...path, name]))];
  }
  if (schema instanceof z.ZodUnion) {
    const options = schema.options as readonly z.ZodType[];
    return [...own, ...distinct(options.flatMap((option) => collectSites(option, actions, path)))];
  }
  if (!(schema instanceof z.ZodArray)) return own;
  const item = schema.element as z.ZodType;
  const itemKind = fieldKindOf(item);
  // A chain of attribution may return to somebody.
  const isSet = kind !== 'attribution';
  const ofList = siteAt(path, isSet && itemKind ? actions.lists[itemKind] : undefined);
  return [...own, ...ofList, ...collectSites(item, actions, [...path, EACH])];
}

function siteAt<Action>(path: Path, action: Action | undefined): readonly FieldSite<Action>[] {
  return action === undefined ? [] : [{ path, action }];
}

/** The options of a union may have fields in common. */
function distinct<Action>(sites: readonly FieldSite<Action>[]): readonly FieldSite<Action>[] {
  const isSame = (a: FieldSite<Action>, b: FieldSite<Action>) =>
    a.action === b.action &&
    a.path.length === b.path.length &&
    a.path.every((step, at) => step === b.path[at]);
  return sites.filter((site, index) => sites.findIndex((other) => isSame(site, other)) === index);
}

type Visit = (value: unknown, path: readonly PropertyKey[]) => void;

/**
 * Visits the values at a place, each with the names of fields and the indexes that lead to it. They are the same array
 * in every visit.
 */
export function visitValuesAt(value: unknown, path: Path, visit: Visit, walked: PropertyKey[] = []): void {
  const step = path[walked.length];
  if (step === undefined) {
    visit(value, walked);
  } else if (step !== EACH) {
    visitPart(value, step, path, visit, walked);
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) visitPart(value, index, path, visit, walked);
  }
}

function visitPart(value: unknown, key: PropertyKey, path: Path, visit: Visit, walked: PropertyKey[]): void {
  const part = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  if (part === undefined) return;
  walked.push(key);
  visitValuesAt(part, path, visit, walked);
  walked.pop();
}
