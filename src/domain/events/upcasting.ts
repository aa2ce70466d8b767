import type { Upcast } from '../event-types/define-event-type.ts';
import { findEventType } from '../event-types/registry.ts';
import type { JsonObject } from '../values/json.ts';
import type { Verbatim } from './normalise.ts';

/*
 * The one place where what was recorded in an older schema version is brought up to date. Projections, reads, rules and
 * tests see payloads of the present version only; the log keeps what was recorded.
 */

export interface WrittenPayload {
  /** Of the event that holds it. */
  readonly id: string;
  /** Whose payload it is; of a correction, the type of the corrected event. */
  readonly type: string;
  /** In which it is written. */
  readonly schemaVersion: number;
  readonly data: JsonObject;
  readonly verbatim?: Verbatim;
}

/** The log holds a payload of a schema version that this version of the program does not know. */
export class UnknownSchemaVersionError extends Error {
  override readonly name = 'UnknownSchemaVersionError';

  constructor({ id, type, schemaVersion }: Omit<WrittenPayload, 'data'>) {
    super(`Event ${id} has a payload of ${type} in schema version ${schemaVersion}. ${knownVersions(type)}`);
  }
}

/** Why a newer payload cannot be read, in a sentence. */
export function knownVersions(type: string): string {
  const { version } = definitionOf(type);
  return `This version of the program knows ${type} up to schema version ${version}; a newer one wrote it.`;
}

/**
 * The payload as its type has it now, with its `verbatim` pointers: one that leads to or below a field that moved leads
 * to the new place, every other one stays as it is. Throws `UnknownSchemaVersionError`.
 */
export function upcast(written: WrittenPayload): Pick<WrittenPayload, 'data' | 'verbatim'> {
  const { version: present, upcasts = [] } = definitionOf(written.type);
  if (written.schemaVersion > present) throw new UnknownSchemaVersionError(written);
  return throughUpcasts(written, upcasts);
}

/** The payload after each of the upcasts that come after its version; `upcasts` begin with that from version 1. */
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
  if (definition === undefined) throw new TypeError(`No such event type: ${type}`);
  return definition;
}
