import { z } from 'zod';
import { issue } from '../fields/field-error.ts';
import { ofKind } from '../fields/field-kind.ts';
import { date, line, reference, uuid } from '../fields/field-schemas.ts';
import type { JsonObject } from '../values/json.ts';
import { defineCurationType } from './define-event-type.ts';

/** The payload of another type, which `checkAgainstRecord` reads as the type of the corrected event. */
const payload = z.unknown().transform((sent, field): JsonObject => {
  if (typeof sent === 'object' && sent !== null && !Array.isArray(sent)) return sent as JsonObject;
  const [code, detail] =
    sent === undefined
      ? (['missing-field', 'This field is required and must be the whole corrected payload.'] as const)
      : (['wrong-type', 'Expected an object, the whole corrected payload.'] as const);
  field.issues.push(issue(sent, code, detail));
  return z.NEVER;
});

const eventId = ofKind('reference', uuid);
const EXAMPLE_ID = '01999c0e-6b1c-7d5f-8a3e-2f4b6c8d0e12';

export const eventCorrected = defineCurationType({
  name: 'EventCorrected',
  label: 'Correction',
  description:
    'The whole payload of an earlier event as it should have been, and its date if that was wrong. ' +
    'The earlier version stays readable.',
  version: 1,
  data: z.strictObject({
    corrects: eventId.meta({
      title: 'Corrects',
      description:
        'Id of an event of the same record. The id of a correction stands for the event it corrected.',
    }),
    data: payload.meta({
      title: 'Corrected payload',
      description: 'The whole payload, not only the changes.',
    }),
    occurred: date
      .meta({ title: 'Date', description: 'Only if the date is corrected. EDTF.' })
      .exactOptional(),
    reason: line.meta({ title: 'Reason' }),
  }),
  target: ({ corrects }) => corrects,
  carriesPayload: true,
  example: {
    occurred: '2025-12-01',
    data: {
      corrects: EXAMPLE_ID,
      data: { terminatedOn: '2025-12-30' },
      reason: 'The outlet corrected its report.',
    },
  },
});

export const eventRetracted = defineCurationType({
  name: 'EventRetracted',
  label: 'Retraction',
  description: 'An earlier event should not have been recorded. It stays readable, marked as retracted.',
  version: 1,
  data: z.strictObject({
    retracts: eventId.meta({ title: 'Retracts', description: 'Id of an event of the same record.' }),
    reason: line.meta({ title: 'Reason' }),
  }),
  target: ({ retracts }) => retracts,
  example: { occurred: '2025-12-01', data: { retracts: EXAMPLE_ID, reason: 'It did not happen.' } },
});

/** How one record or event relates to another → the list that it joins on an entry, and its label there. */
export const RELATIONS = {
  implements: { list: 'implements', label: 'Implements' },
  contradicts: { list: 'contradicts', label: 'Denies' },
  'duplicate-of': { list: 'duplicates', label: 'Duplicate of' },
  'responds-to': { list: 'respondsTo', label: 'Responds to' },
  cites: { list: 'cites', label: 'Cites' },
} as const;

export type Relation = keyof typeof RELATIONS;

export const recordLinked = defineCurationType({
  name: 'RecordLinked',
  label: 'Link',
  description: 'Somebody states how this record, or one event of it, relates to another record or event.',
  version: 1,
  data: z.strictObject({
    from: reference.meta({
      title: 'From',
      description: 'The name of this record or the id of one of its events.',
    }),
    to: reference.meta({ title: 'To', description: 'The name of a record or the id of an event.' }),
    relation: z.enum(Object.keys(RELATIONS) as [Relation, ...Relation[]]).meta({ title: 'Relation' }),
    basis: line.meta({ title: 'Basis', description: 'What the link rests on.' }),
  }),
  target: ({ from }) => from,
  references: ({ to }) => [{ to, pointer: '/to' }],
  example: {
    occurred: '2025-12-01',
    data: {
      from: 'shipment-samples-2025',
      to: 'mou-ussm-fwo-2025',
      relation: 'implements',
      basis: 'The report says so.',
    },
  },
});

export const linkWithdrawn = defineCurationType({
  name: 'LinkWithdrawn',
  label: 'Link withdrawn',
  description: 'A link was a mistake.',
  version: 1,
  data: z.strictObject({
    withdraws: eventId.meta({ title: 'Withdraws', description: 'Id of the RecordLinked event.' }),
    reason: line.meta({ title: 'Reason' }),
  }),
  target: ({ withdraws }) => withdraws,
  example: { occurred: '2025-12-01', data: { withdraws: EXAMPLE_ID, reason: 'The link was a mistake.' } },
});
