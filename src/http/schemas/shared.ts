import { z } from 'zod';

/** The parts that the answers of several endpoints have in common. */

export const stateAnswer = z
  .object({
    position: z.string().meta({ description: 'Position of the last event.' }),
    instant: z.string().meta({ description: 'When it was recorded, RFC 3339.' }),
    token: z
      .string()
      .meta({ description: 'Names the state and its history, as a value for `asOf` and `after`.' }),
  })
  .meta({ id: 'State', description: 'The state of the log that the answer shows.' });

/** Null while the log is empty. */
export const asOf = stateAnswer.nullable();

export const next = z
  .string()
  .nullable()
  .meta({ description: '`cursor` of the next page; null on the last page.' });

export const total = z
  .int()
  .nullable()
  .meta({ description: 'How many there are on all pages; null if that is not known.' });

/** Of entries. */
export const entryTotal = {
  total: z.int().meta({ description: 'How many match; if that is not exact, at least so many.' }),
  isTotalExact: z.boolean(),
};

const day = z.string().meta({ description: 'A day, YYYY-MM-DD.' });

export const occurrence = z
  .object({
    edtf: z.string().meta({ description: 'The date as stated, EDTF.' }),
    earliest: day.nullable(),
    latest: day.nullable(),
    unknownEnd: z.enum(['start', 'end']).exactOptional(),
    certainty: z.enum(['certain', 'uncertain', 'approximate', 'uncertain-approximate']),
    basis: z.literal('inferred').exactOptional(),
    verbatim: z.string().meta({ description: 'The wording of the source.' }).exactOptional(),
  })
  .meta({ id: 'Occurrence', description: 'When an event happened, as precisely as the source says.' });

export const status = z.enum(['current', 'corrected', 'retracted']);

export const links = z
  .record(z.string(), z.array(z.string()))
  .meta({ id: 'Links', description: 'Relation → names of records and ids of events.' });

export const namedCountry = z
  .object({ code: z.string(), name: z.string() })
  .meta({ id: 'Country', description: 'A country: ISO 3166 code and name.' });

/** How many entries a timeline has, and what dates they span. */
export const timelineSpan = { entries: z.int(), earliest: day.nullable(), latest: day.nullable() };

/** What was removed by law from an event. */
export const redactions = z
  .array(
    z.object({
      by: z.string().meta({ description: 'Id of the `EventRedacted` event.' }),
      statement: z
        .string()
        .exactOptional()
        .meta({ description: 'Key of the statement. Absent: all content.' }),
      ground: z.string().exactOptional().meta({ description: 'Absent as of a state before the removal.' }),
      basis: z.string().exactOptional(),
      recordedAt: z.string().exactOptional().meta({ description: 'When it was removed. RFC 3339.' }),
    }),
  )
  .meta({ description: 'What was removed by law.' });
