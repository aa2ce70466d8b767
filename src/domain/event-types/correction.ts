import { z } from 'zod';
import { issue } from '../fields/field-error.ts';
import { labelled, ofKind } from '../fields/field-kind.ts';
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

const SOURCE_ACTS = {
  corroborates: 'corroborates the event',
  'corrects-source': 'corrects a source',
} as const;

/** Whose mistake a correction corrects. */
export const CORRECTION_KINDS = {
  recording: 'mistake in recording',
  source: 'correction by the source',
  speaker: 'correction by the speaker',
} as const;

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
    kind: labelled(CORRECTION_KINDS)
      .meta({ title: 'Kind', description: 'Whose mistake is corrected. Absent: not stated.' })
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
      kind: 'source',
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

/** How one record or event relates to another, seen from both ends. */
export const RELATIONS = {
  implements: relation('implements', 'Implements', 'implementedBy', 'Implemented by'),
  contradicts: relation('contradicts', 'Contradicts', 'contradictedBy', 'Contradicted by'),
  'responds-to': relation('respondsTo', 'Responds to', 'respondedToBy', 'Responded to by'),
  'duplicate-of': relation('duplicates', 'Duplicate of', 'duplicatedBy', 'Has the duplicate'),
  cites: relation('cites', 'Cites', 'citedBy', 'Cited by'),
  replaces: relation('replaces', 'Replaces', 'replacedBy', 'Replaced by'),
  renews: relation('renews', 'Renews', 'renewedBy', 'Renewed by'),
  amends: relation('amends', 'Amends', 'amendedBy', 'Amended by'),
  'part-of': relation('partOf', 'Part of', 'parts', 'Has the part'),
  corroborates: relation('corroborates', 'Corroborates', 'corroboratedBy', 'Corroborated by'),
  'translation-of': relation('translationOf', 'Translation of', 'translations', 'Translated in'),
} as const;

function relation<const List extends string, const Inverse extends string>(
  list: List,
  label: string,
  inverseList: Inverse,
  inverseLabel: string,
) {
  return { list, label, inverse: { list: inverseList, label: inverseLabel } };
}

export type Relation = keyof typeof RELATIONS;

const RELATION_LABELS = Object.fromEntries(
  Object.entries(RELATIONS).map(([code, { label }]) => [code, label.toLowerCase()]),
) as Readonly<Record<Relation, string>>;

export const sourceAdded = defineCurationType({
  name: 'SourceAdded',
  label: 'Source added',
  description:
    'Another source reports an earlier event, or a mistake in one of its sources is corrected. ' +
    'The source is the only one of this event. The earlier event is not marked as corrected.',
  version: 1,
  data: z.strictObject({
    to: eventId.meta({ title: 'To', description: 'Id of an event of the same record.' }),
    act: labelled(SOURCE_ACTS).meta({ title: 'Act' }),
    source: ofKind('index', z.int().nonnegative())
      .meta({
        title: 'Corrected source',
        description: 'The index of the source that is corrected, from 0. Only if the act is to correct one.',
      })
      .exactOptional(),
  }),
  target: ({ to }) => to,
  example: { occurred: '2025-12-01', data: { to: EXAMPLE_ID, act: 'corroborates' } },
});

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
    relation: labelled(RELATION_LABELS).meta({ title: 'Relation' }),
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
