import { z } from 'zod';
import { type FieldError, fieldErrorsOf, issue } from '../domain/fields/field-error.ts';
import type { JsonObject } from '../domain/values/json.ts';
import { uuidV5 } from './ids.ts';

/** The namespace of the ids of events that come with an id of their producer. */
const PRODUCERS = '0d2a3c55-8b0e-4d58-9b7e-5c3f7a9e4b10';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const text = z.string().min(1);
const notBinary = z.never({
  error: () => 'Send the data as JSON, not as base64.',
});

/**
 * A CloudEvent 1.0 in its JSON format. Where and when a producer made it, its place in another log, and what
 * intermediaries add to trace it are not recorded. Other extension attributes are refused, as they would be lost.
 */
const cloudEvent = z.strictObject({
  specversion: z.string().check((field) => {
    if (field.value === '1.0') return;
    field.issues.push(issue(field.value, 'unknown-value', 'Expected 1.0.'));
  }),
  id: text,
  source: text,
  type: text,
  subject: text.exactOptional(),
  time: text.exactOptional(),
  datacontenttype: z
    .string()
    .check((field) => {
      if (/^application\/(\S+\+)?json(\s*;.*)?$/i.test(field.value)) return;
      field.issues.push(issue(field.value, 'unknown-value', 'Expected application/json.'));
    })
    .exactOptional(),
  dataschema: text.exactOptional(),
  traceparent: text.exactOptional(),
  tracestate: text.exactOptional(),
  correlationid: text.exactOptional(),
  causationid: text.exactOptional(),
  actor: text.exactOptional(),
  position: text.exactOptional(),
  revision: z.int().exactOptional(),
  data_base64: notBinary.exactOptional(),
  data: z.strictObject({ occurred: z.json(), data: z.json(), sources: z.json() }),
});

export type CloudEventOutcome =
  | {
      readonly outcome: 'read';
      readonly event: JsonObject;
      /** Finds the place in the CloudEvent for a pointer into the event. */
      readonly inCloudEvent: (pointer: string) => string;
    }
  /** Pointers are into the CloudEvent. */
  | { readonly outcome: 'refused'; readonly errors: readonly FieldError[] };

/**
 * Reads the event that a CloudEvent carries: `type` may have a prefix that ends with a dot, `subject` is the record,
 * and `data` has the rest. An `id` that is no UUID becomes one, together with `source`.
 */
export function readCloudEvent(sent: unknown): CloudEventOutcome {
  const parsed = cloudEvent.safeParse(sent);
  if (!parsed.success) return { outcome: 'refused', errors: fieldErrorsOf(parsed.error.issues, sent) };
  const { id, source, type, subject, correlationid, causationid, data } = parsed.data;
  const event = {
    id: UUID.test(id) ? id : uuidV5(PRODUCERS, JSON.stringify([source, id])),
    type: type.slice(type.lastIndexOf('.') + 1),
    ...(subject !== undefined && { stream: subject }),
    ...(correlationid !== undefined && { correlationId: correlationid }),
    ...(causationid !== undefined && { causationId: causationid }),
    ...data,
  };
  return { outcome: 'read', event: event as JsonObject, inCloudEvent };
}

/** Fields of the event that have another name in a CloudEvent. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  '/stream': '/subject',
  '/correlationId': '/correlationid',
  '/causationId': '/causationid',
};

function inCloudEvent(pointer: string): string {
  if (/^\/(data|sources|occurred)(\/|$)/.test(pointer)) return `/data${pointer}`;
  return ATTRIBUTES[pointer] ?? pointer;
}
