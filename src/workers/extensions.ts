import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projections as builtIn } from '../../projections/index.ts';
import type { ContentEventType } from '../domain/event-types/define-event-type.ts';
import { registerEventTypes } from '../domain/event-types/registry.ts';
import { requireNameAndVersion, type TimelineDefinition } from '../projector/define-timeline.ts';

/** Thrown when an extension cannot be loaded. The message names the file and the problem. */
export class ExtensionError extends Error {
  override readonly name = 'ExtensionError';

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`The extension ${path} ${problem}`, options);
  }
}

const mounted = new Map<string, TimelineDefinition>(
  builtIn.map((definition) => [definition.name, definition]),
);
const loaded = new Set<string>();

/**
 * Loads modules that export the arrays `eventTypes`, `projections` or both. Every thread that reads the log must load
 * the same modules. A module that is already loaded is skipped.
 *
 * @param paths paths of files, relative to the working directory
 * @throws ExtensionError
 */
export async function loadExtensions(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const file = resolve(path);
    if (loaded.has(file)) continue;
    mount(path, await importModule(path, file));
    loaded.add(file);
  }
}

/** Returns the built-in projections, then those of extensions. */
export function mountedProjections(): readonly TimelineDefinition[] {
  return [...mounted.values()];
}

/** @throws RangeError if no projection has this name. */
export function projectionByName(name: string): TimelineDefinition {
  const definition = mounted.get(name);
  if (definition === undefined) throw new RangeError(`There is no projection ${name}`);
  return definition;
}

interface ExtensionModule {
  readonly eventTypes?: unknown;
  readonly projections?: unknown;
}

async function importModule(path: string, file: string): Promise<ExtensionModule> {
  try {
    return (await import(pathToFileURL(file).href)) as ExtensionModule;
  } catch (cause) {
    throw new ExtensionError(path, `cannot be loaded: ${(cause as Error).message ?? cause}`, { cause });
  }
}

function mount(path: string, { eventTypes = [], projections = [] }: ExtensionModule): void {
  if (!Array.isArray(eventTypes)) throw new ExtensionError(path, 'exports eventTypes that is not an array');
  if (!Array.isArray(projections)) throw new ExtensionError(path, 'exports projections that is not an array');
  if (eventTypes.length + projections.length === 0) {
    throw new ExtensionError(path, 'exports neither eventTypes nor projections');
  }
  try {
    for (const definition of projections) requireMountable(definition);
    registerEventTypes(eventTypes as readonly ContentEventType[]);
  } catch (cause) {
    throw new ExtensionError(path, `is refused: ${(cause as Error).message}`, { cause });
  }
  for (const definition of projections as readonly TimelineDefinition[])
    mounted.set(definition.name, definition);
}

function requireMountable(definition: Partial<TimelineDefinition>): void {
  if (typeof definition !== 'object' || definition === null) {
    throw new RangeError('A projection must be the result of defineTimeline or defineProjection');
  }
  const { name = '', version = 0, partitionBy, entry } = definition;
  requireNameAndVersion({ name, version });
  if (typeof partitionBy !== 'function' || typeof entry !== 'function') {
    throw new RangeError(`The projection ${name} needs the functions partitionBy and entry`);
  }
  if (mounted.has(name))
    throw new RangeError(`There is a projection ${name} already; give yours another name`);
}
