import { projections } from '../../projections/index.ts';
import type { TimelineDefinition } from '../projector/define-timeline.ts';

/** The mounted projection with this name. Throws a RangeError when there is none. */
export function projectionByName(name: string): TimelineDefinition {
  const definition: TimelineDefinition | undefined = projections.find((other) => other.name === name);
  if (definition === undefined) throw new RangeError(`There is no projection ${name}`);
  return definition;
}
