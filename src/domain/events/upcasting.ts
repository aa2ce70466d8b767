import type { Upcast } from '../event-types/define-event-type.ts';
import { findEventType } from '../event-types/registry.ts';
import type { JsonObject } from '../values/json.ts';
import type { Verbatim } from './normalise.ts';

/*
 * The only place where payloads of older schema versions are upcast. Projections, reads, rules and tests see payloads
 * of the current version; the log keeps the recorded bytes.
 */

export interface WrittenPayload {
  /** Id of the event that contains the payload. */
  readonly id: string;
  /** Type that the payload belongs to; in a correction, the type of the corrected event. */
  readonly type: string;
  /** Version that the payload is written in. */
  readonly schemaVersion: number;
  readonly data: JsonObject;
  readonly verbatim?: Verbatim;
}

/** Thrown for a payload whose schema version is newer than this version of the program. */
export class UnknownSchemaVersionError extends Error {
  override readonly name = 'UnknownSchemaVersionError';

  constructor({ id, type, schemaVersion }: Omit<WrittenPayload, 'data'>) {
    super(`Event ${id} has a payload of ${type} in schema version ${schemaVersion}. ${knownVersions(type)}`);
  }
}

/** Returns a sentence that says why a newer payload cannot be read. */
export function knownVersions(type: string): string {
  const { version } = definitionOf(type);
  return `This version of the program knows ${type} up to schema version ${version}; a newer one wrote it.`;
}

/**
 * Upcasts a payload to the current version of its type. `verbatim` pointers to a moved field, or to a field below it,
 * follow the move.
 *
 * @throws UnknownSchemaVersionError
 */
export function upcast(written: WrittenPayload): Pick<WrittenPayload, 'data' | 'verbatim'> {
  const { version: current, upcasts = [] } = definitionOf(written.type);
  if (written.schemaVersion > current) throw new UnknownSchemaVersionError(written);
  return throughUpcasts(written, upcasts);
}

/** Applies the upcasts that follow the payload's version. `upcasts[0]` is the one from version 1 to 2. */
export function throughUpcasts(
  written: Omit<WrittenPayload, 'id' | 'type'>,
  upcasts: readonly Upcast[],
): Pick<WrittenPayload, 'data' | 'verbatim'> {
  let { data, verbatim } = written;
  for (const step of upcasts.slice(written.schemaVersion - 1)) {
    data = step.payload(data);
    verbatim = verbatim && movedPointers(verbatim, step.moved ?? {});
  }
  return { data, ...(verbatim && { verbatim }) };
}

function movedPointers(verbatim: Verbatim, moved: NonNullable<Upcast['moved']>): Verbatim {
  const pointers = Object.entries(verbatim).map(([pointer, text]) => {
    const move = Object.entries(moved).find(([from]) => `${pointer}/`.startsWith(`/data${from}/`));
    if (move === undefined) return [pointer, text] as const;
    const [from, to] = move;
    return [`/data${to}${pointer.slice(`/data${from}`.length)}`, text] as const;
  });
  return Object.fromEntries(pointers);
}

function definitionOf(type: string) {
  const definition = findEventType(type);
  if (definition === undefined) throw new TypeError(`Unknown event type: ${type}`);
  return definition;
}
