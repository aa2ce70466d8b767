import { z } from 'zod';
import { dataOf, defineEventType, defineProjection, defineTimeline, fields } from '../../src/index.ts';

/** An event type as an installation defines its own: one file, with nothing about it anywhere else. */
export const visaIssued = defineEventType({
  name: 'VisaIssued',
  category: 'visa',
  lane: 'Visas',
  label: 'Visa issued',
  description: 'A country lets somebody in.',
  version: 1,
  data: z.strictObject({
    issuer: fields.country.meta({ title: 'Issued by' }),
    holder: fields.actor.meta({ title: 'Holder' }),
    purpose: fields
      .labelled({ work: 'Work visa', visit: 'Visitor visa' })
      .meta({ title: 'Purpose', description: 'What the visa allows.' }),
    validUntil: fields.date.meta({ title: 'Valid until' }).exactOptional(),
    appliesTo: z.array(fields.country).meta({ title: 'Applies to' }).exactOptional(),
    fee: z
      .strictObject({ waived: z.boolean().meta({ title: 'Waived' }) })
      .meta({ title: 'Fee' })
      .exactOptional(),
    topics: fields.listOf(fields.topic).meta({ title: 'Topics' }).exactOptional(),
    ...fields.dateNotes,
  }),
  headline: ({ holder, purpose }) => `${holder.name} receives a ${purpose} visa`,
  countries: ({ issuer, holder }) => [
    [issuer, 'host'],
    ...(holder.country === undefined ? [] : [[holder.country, 'target'] as const]),
  ],
  warnings: ({ data }) =>
    data.validUntil === undefined
      ? [{ code: 'no-expiry', detail: 'The visa has no end date.', pointer: '/data/validUntil' }]
      : [],
  example: {
    occurred: '2025-10-01',
    data: { issuer: 'CN', holder: { name: 'A. Khan', kind: 'person', country: 'PK' }, purpose: 'work' },
  },
});

/** A timeline of each issuing country's visas. */
export const visas = defineTimeline({
  name: 'visas',
  version: 1,
  partitionBy: (record) => {
    const visa = dataOf(record, visaIssued);
    return new Map(visa === undefined ? [] : [[visa.issuer, {}]]);
  },
  entry: (record) => ({
    type: record.type,
    stream: record.event.stream,
    holder: dataOf(record, visaIssued)?.holder.name,
    countries: [],
    topics: [],
    speechActs: [],
  }),
});

/** The number of visas of each purpose. */
export const visaCounts = defineProjection({
  name: 'visa-counts',
  version: 1,
  eventTypes: [visaIssued],
  keysOf: () => ['all'],
  initial: (): Readonly<Record<string, number>> => ({}),
  when: {
    VisaIssued: (counts, { data, status }) =>
      status === 'retracted' ? counts : { ...counts, [data.purpose]: (counts[data.purpose] ?? 0) + 1 },
  },
});
