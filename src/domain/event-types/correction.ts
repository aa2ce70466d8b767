import { z } from 'zod';
import { issue } from '../fields/field-error.ts';
import { date, line, reference, uuid } from '../fields/field-schemas.ts';
import type { JsonObject } from '../values/json.ts';
import { defineCurationType } from './define-event-type.ts';

/** The payload of another type; `checkAgainstRecord` reads it by the type of the event that is corrected. */
const payload = z.unknown().transform((sent, field): JsonObject => {
  if (typeof sent === 'object' && sent !== null && !Array.isArray(sent)) return sent as JsonObject;
  const [code, detail] =
    sent === undefined
      ? (['missing-field', 'This field is required: the whole corrected payload.'] as const)
      : (['wrong-type', 'Expected an object, the whole corrected payload.'] as const);
  field.issues.push(issue(sent, code, detail));
  return z.NEVER;
});

/** The whole payload of an earlier event as it should have been, and its date if that was wrong. */
export const eventCorrected = defineCurationType({
  name: 'EventCorrected',
  schemaVersion: 1,
  /** `corrects`: an event of the same record; naming a correction corrects the same original again. */
  data: z.strictObject({ corrects: uuid, data: payload, occurred: date.exactOptional(), reason: line }),
});

/** An earlier event should not have been recorded. It stays readable, and marked. */
export const eventRetracted = defineCurationType({
  name: 'EventRetracted',
  schemaVersion: 1,
  data: z.strictObject({ retracts: uuid, reason: line }),
});

const RELATIONS = ['duplicate-of', 'implements', 'contradicts', 'responds-to', 'cites'] as const;

export type Relation = (typeof RELATIONS)[number];

/** A person says how this record, or one event of it, stands to another. */
export const recordLinked = defineCurationType({
  name: 'RecordLinked',
  schemaVersion: 1,
  /** `from`: this record's name, or the id of an event in it. */
  data: z.strictObject({ from: reference, to: reference, relation: z.enum(RELATIONS), basis: line }),
});

/** `withdraws`: the id of the `RecordLinked`. */
export const linkWithdrawn = defineCurationType({
  name: 'LinkWithdrawn',
  schemaVersion: 1,
  data: z.strictObject({ withdraws: uuid, reason: line }),
});
