import { z } from 'zod';
import type { AnyEventType } from '../event-types/define-event-type.ts';
import type { JsonObject } from '../values/json.ts';
import { envelopeOf } from './parse.ts';

/** Returns the JSON Schema (2020-12) of an event of the type as a client sends it. */
export function jsonSchemaOf(type: AnyEventType): JsonObject {
  const schema = z.toJSONSchema(envelopeOf(type), { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: type.label, description: type.description } as unknown as JsonObject;
}
