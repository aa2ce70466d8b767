import { z } from 'zod';
import { attribution } from './actor.ts';
import { contentHash, date, instant, language, line, listOf, name, url } from './field-schemas.ts';

/** Where an event was reported. `reliability` and `credibility` form the Admiralty code (NATO AJP-2.1). */
export const source = z.strictObject({
  outlet: name.meta({ description: 'Who published it.' }),
  url: url.meta({ description: 'It is stored, and never fetched.' }).exactOptional(),
  title: line.meta({ description: 'The title of the report.' }).exactOptional(),
  language: language.exactOptional(),
  publishedOn: date.exactOptional(),
  retrievedAt: instant.meta({ description: 'When it was read.' }).exactOptional(),
  contentHash: contentHash.meta({ description: 'Hash of the document as it was read.' }).exactOptional(),
  attribution: attribution
    .meta({ description: 'Those who relayed it, from the speaker to the outlet.' })
    .exactOptional(),
  reliability: z
    .enum(['A', 'B', 'C', 'D', 'E', 'F'])
    .meta({ description: 'Reliability of the source, from A (reliable) to F (cannot be judged).' })
    .exactOptional(),
  credibility: z
    .int()
    .min(1)
    .max(6)
    .meta({ description: 'Credibility of the report, from 1 (confirmed) to 6 (cannot be judged).' })
    .exactOptional(),
});

export type Source = z.infer<typeof source>;

export const sources = listOf(source).min(1);
