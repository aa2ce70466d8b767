import { z } from 'zod';
import { jsonBody, PAGE, PROJECTION_PROBLEMS, type RouteDescription } from '../../protocol/description.ts';
import { asOf, entryTotal, namedCountry } from '../../schemas/shared.ts';
import { timelineParameters } from '../parameters.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import { COMPARED_MAX, COMPARED_MIN } from './compare-request.ts';

const bin = z.object({
  from: z.string().meta({ description: 'The first year, month or day, as a filter takes it.' }),
  to: z.string(),
  entries: z
    .array(z.int())
    .meta({ description: 'Entries dated in this time for certain, for each of `kinds`.' }),
  possible: z.int().meta({ description: 'Other entries that may be of this time.' }),
});

const comparison = z
  .object({
    asOf,
    unit: z
      .string()
      .nullable()
      .meta({ description: 'What one bin is, such as `month`. Null if no entry has a known day.' }),
    relation: z.string().nullable().meta({ description: 'Path of the relation between two countries.' }),
    countries: z.array(
      z.object({
        ...namedCountry.shape,
        ...entryTotal,
        kinds: z.array(z.string()),
        bins: z
          .array(bin)
          .meta({ description: 'The same times for all countries, in order and without gaps.' }),
      }),
    ),
  })
  .meta({ id: 'Comparison', description: 'The timelines of some countries on one time axis.' });

const countries = {
  name: 'countries',
  description: `The ${COMPARED_MIN} to ${COMPARED_MAX} countries: codes or names. The form of the page takes fewer.`,
  schema: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: COMPARED_MAX },
  isRequired: true,
  example: 'CN,US,PK',
} as const;

export const compareDescription: RouteDescription = {
  get: {
    id: 'compareCountries',
    area: 'Timelines',
    permission: 'read',
    summary: 'How many entries the timelines of some countries have, on one time axis',
    query: timelineParameters(TIMELINE_PARAMETERS.comparison).map((parameter) =>
      parameter.name === 'countries' ? countries : parameter,
    ),
    answers: {
      200: { content: { ...jsonBody(comparison), ...PAGE }, headers: ['Age', 'Link', 'Vary'] },
      308: { description: 'The query of a page is not in its canonical form', headers: ['Location', 'Vary'] },
    },
    problems: [...PROJECTION_PROBLEMS],
    isConditional: true,
  },
};
