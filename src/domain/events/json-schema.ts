import { z } from 'zod';
import type { AnyEventType } from '../event-types/define-event-type.ts';
import type { JsonObject } from '../values/json.ts';
import { envelopeOf } from './parse.ts';

/** Returns the JSON Schema (2020-12) of an event of the type as a client sends it. */
export function jsonSchemaOf(type: AnyEventType): JsonObject {
  const schema = z.toJSONSchema(envelopeOf(type), { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: type.label, description: type.description } as unknown as JsonObject;
}

/** Returns the schema with the id by which other schemas refer to it. */
export function sentEventSchema(type: AnyEventType): z.ZodType {
  const { name, label: title, description } = type;
  return envelopeOf(type).meta({ id: `Event.${name}`, title, description });
}
