import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';

/** What the same address is answered with: data to a program, a page to a person. */
export type Representation = 'json' | 'html';

/** Of every answer that could have been the other one. */
export const VARIES = { Vary: 'Accept' } as const;

interface MediaRange {
  readonly range: string;
  readonly quality: number;
  /** Place in the list. */
  readonly place: number;
}

/** Longer fields are no browser's. */
const ACCEPT_CHARS_MAX = 2_000;
const RANGE = /^\s*([\w!#$&^.+*-]+\/[\w!#$&^.+*-]+)\s*((?:;[^,]*)?)$/;
const QUALITY = /;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)/i;

/**
 * By `Accept` (RFC 9110 §12.5.1): a page only for who names HTML and does not like JSON better. Of two that are liked
 * as much it is the one that is named, or named first. Everybody else gets JSON, whatever they ask for.
 */
export function representationOf({ accept }: IncomingHttpHeaders): Representation {
  if (accept === undefined || accept === '*/*' || accept.length > ACCEPT_CHARS_MAX) return 'json';
  const ranges = accept.toLowerCase().split(',').flatMap(mediaRange);
  const page = ranges.find(({ range }) => range === 'text/html');
  if (page === undefined || page.quality === 0) return 'json';
  const data = preferenceFor('application/json', ranges);
  if (data === undefined || data.quality < page.quality) return 'html';
  if (data.quality > page.quality) return 'json';
  return data.range === 'application/json' && data.place < page.place ? 'json' : 'html';
}

function mediaRange(text: string, place: number): readonly MediaRange[] {
  const [, range, parameters = ''] = RANGE.exec(text) ?? [];
  if (range === undefined) return [];
  return [{ range, quality: Number(QUALITY.exec(parameters)?.[1] ?? 1), place }];
}

/** The most exact range that a type falls into. */
function preferenceFor(type: string, ranges: readonly MediaRange[]): MediaRange | undefined {
  const family = `${type.split('/')[0]}/*`;
  return [type, family, '*/*']
    .map((sought) => ranges.find(({ range }) => range === sought))
    .find((found) => found !== undefined);
}

/** Answers with data or with a page, as the client likes it. */
export function byRepresentation<Parameters>(
  handlers: Readonly<Record<Representation, RequestHandler<Parameters>>>,
): RequestHandler<Parameters> {
  return (req, res, next) => {
    res.setHeader('Vary', VARIES.Vary);
    return handlers[representationOf(req.headers)](req, res, next);
  };
}
