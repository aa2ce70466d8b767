import { z } from 'zod';
import { type AnyEventType, exampleSources } from '../event-types/define-event-type.ts';
import { findCurationType } from '../event-types/registry.ts';
import type { JsonObject } from '../values/json.ts';
import { envelopeOf } from './parse.ts';

/** Returns the JSON Schema (2020-12) of an event of the type as a client sends it. */
export function jsonSchemaOf(type: AnyEventType): JsonObject {
  const schema = z.toJSONSchema(envelopeOf(type), { io: 'input', unrepresentable: 'any' });
  const { label: title, description } = type;
  return { ...schema, title, description, examples: [exampleOf(type)] } as unknown as JsonObject;
}

const EXAMPLE_RECORD = 'mou-ussm-fwo-2025';
const UUID_START = /^[\da-f]{8}-/;

/** Returns an event of the type as a client sends it. */
export function exampleOf(type: AnyEventType): JsonObject {
  const { occurred, data } = type.example;
  return {
    type: type.name,
    ...exampleRecord(type),
    occurred,
    data,
    sources: exampleSources,
  } as unknown as JsonObject;
}

/** Curation names the record of its target. The examples name a record, or the id of an event in any record. */
function exampleRecord({ name, example }: AnyEventType): { readonly stream?: string } {
  const target = findCurationType(name)?.target(example.data);
  if (target === undefined) return {};
  return { stream: UUID_START.test(target) ? EXAMPLE_RECORD : target };
}
