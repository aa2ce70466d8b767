import { z } from 'zod';
import { type CountryCode, isCountryCode } from '../countries/countries.ts';
import { issue } from '../fields/field-error.ts';
import { labelled, ofKind } from '../fields/field-kind.ts';
import { listOf, name, uuid } from '../fields/field-schemas.ts';
import { ROLES } from '../fields/role.ts';
import { limits } from '../values/limits.ts';
import { defineCurationType, defineEventType } from './define-event-type.ts';

/** Why content has to be removed. */
export const REDACTION_GROUNDS = {
  'court-order': 'court order',
  'personal-data': 'data of a person',
  copyright: 'copyright',
  secrecy: 'official secrecy',
  'other-law': 'another duty by law',
} as const;

export type RedactionGround = keyof typeof REDACTION_GROUNDS;

const eventId = ofKind('reference', uuid);
const EXAMPLE_ID = '01999c0e-6b1c-7d5f-8a3e-2f4b6c8d0e12';

/** SHA-256 in base64. */
export const commitment = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);

const redactedEvent = z.strictObject({
  event: eventId.meta({ title: 'Event' }),
  left: commitment.meta({
    title: 'Commitment to the rest',
    description: 'Salted hash of what is left of its content.',
  }),
});

/** What a person may say about a removal. It stays readable, so it must not repeat what is removed. */
export const redactionFields = {
  redacts: eventId.meta({ title: 'Event', description: 'Id of an event of the record.' }),
  statement: name
    .meta({
      title: 'Statement',
      description: 'Key of the only statement that is removed. Absent: all content.',
    })
    .exactOptional(),
  ground: labelled(REDACTION_GROUNDS).meta({ title: 'Ground' }),
  basis: name.meta({
    title: 'Basis',
    description: 'The order or request, such as its court and number. It must not repeat what is removed.',
  }),
} as const;

export const eventRedacted = defineCurationType({
  name: 'EventRedacted',
  label: 'Removal',
  description:
    'Content of an earlier event was removed by law. The server records it when a removal is confirmed; it cannot be ' +
    'sent.',
  version: 1,
  isServerRecorded: true,
  data: z.strictObject({
    ...redactionFields,
    confirmedBy: name
      .meta({ title: 'Confirmed by', description: 'Absent: removed by the operator, on a stopped server.' })
      .exactOptional(),
    redacted: listOf(redactedEvent, limits.recordEventsMax).min(1).meta({
      title: 'Events',
      description: 'The events that lost content, corrections of the event included.',
    }),
  }),
  target: ({ redacts }) => redacts,
  example: {
    occurred: '2025-12-01',
    data: {
      redacts: EXAMPLE_ID,
      ground: 'court-order',
      basis: 'Lahore High Court, order 12/2025',
      confirmedBy: 'records-office',
      redacted: [{ event: EXAMPLE_ID, left: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }],
    },
  },
});

const countryCode = z.custom<CountryCode>().check(({ value, issues }) => {
  if (!isCountryCode(String(value)))
    issues.push(issue(value, 'unknown-value', 'Expected the code of a country.'));
});

/**
 * What is left of an event without its content. Stored events keep their type; they are read as this one, so that
 * timelines show an entry of its own kind. It is never recorded.
 */
export const contentRedacted = defineEventType({
  name: 'ContentRedacted',
  category: 'redacted',
  lane: 'Removed',
  label: 'Content removed',
  description: 'An event whose content was removed by law.',
  version: 1,
  data: z.strictObject({
    type: name.meta({ title: 'Type of the event' }),
    countries: z.array(z.tuple([countryCode, z.enum(ROLES)])).meta({ title: 'Countries' }),
  }),
  headline: () => 'The content was removed by law',
  countries: ({ countries }) => countries,
  example: {
    occurred: '2025-09-08',
    data: { type: 'MouSigned', countries: [['PK' as CountryCode, 'party']] },
  },
});
