import { z } from 'zod';
import { attribution } from './actor.ts';
import { contentHash, date, instant, language, line, listOf, name, url } from './field-schemas.ts';

/** Where an event was reported. `reliability` and `credibility` form the Admiralty code (NATO AJP-2.1). */
export const source = z.strictObject({
  outlet: name,
  url: url.exactOptional(),
  title: line.exactOptional(),
  language: language.exactOptional(),
  publishedOn: date.exactOptional(),
  retrievedAt: instant.exactOptional(),
  contentHash: contentHash.exactOptional(),
  attribution: attribution.exactOptional(),
  reliability: z.enum(['A', 'B', 'C', 'D', 'E', 'F']).exactOptional(),
  credibility: z.int().min(1).max(6).exactOptional(),
});

export type Source = z.infer<typeof source>;

export const sources = listOf(source).min(1);
