import type { IncomingHttpHeaders } from 'node:http';
import type { Handler } from './handler.ts';

/** The representations of a resource: data for programs, a page for people. */
export type Representation = 'json' | 'html';

/** Sent with every response that depends on `Accept`. */
export const VARIES = { Vary: 'Accept' } as const;

interface MediaRange {
  readonly range: string;
  readonly quality: number;
  /** Index in the header. */
  readonly index: number;
}

/** No browser sends a longer header; a longer one is not parsed. */
const ACCEPT_CHARS_MAX = 2_000;
const RANGE = /^\s*([\w!#$&^.+*-]+\/[\w!#$&^.+*-]+)\s*((?:;[^,]*)?)$/;
const QUALITY = /;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)/i;

/**
 * Chooses the representation from `Accept` (RFC 9110 §12.5.1). HTML is sent only to clients that name `text/html` and
 * do not prefer JSON. If both have the same quality, an explicitly named type wins over a wildcard, and the first
 * named one over the other. All other clients get JSON, whatever they accept.
 */
export function representationOf({ accept }: IncomingHttpHeaders): Representation {
  if (accept === undefined || accept === '*/*' || accept.length > ACCEPT_CHARS_MAX) return 'json';
  const ranges = accept.toLowerCase().split(',').flatMap(mediaRange);
  const page = ranges.find(({ range }) => range === 'text/html');
  if (page === undefined || page.quality === 0) return 'json';
  const data = mostSpecificRange('application/json', ranges);
  if (data === undefined || data.quality < page.quality) return 'html';
  if (data.quality > page.quality) return 'json';
  return data.range === 'application/json' && data.index < page.index ? 'json' : 'html';
}

function mediaRange(text: string, index: number): readonly MediaRange[] {
  const [, range, parameters = ''] = RANGE.exec(text) ?? [];
  if (range === undefined) return [];
  return [{ range, quality: Number(QUALITY.exec(parameters)?.[1] ?? 1), index }];
}

/** Returns the most specific range that matches the type. */
function mostSpecificRange(type: string, ranges: readonly MediaRange[]): MediaRange | undefined {
  const family = `${type.split('/')[0]}/*`;
  return [type, family, '*/*']
    .map((pattern) => ranges.find(({ range }) => range === pattern))
    .find((match) => match !== undefined);
}

/** Calls the handler of the representation that the client prefers. */
export function byRepresentation<Parameters>(
  handlers: Readonly<Record<Representation, Handler<Parameters>>>,
): Handler<Parameters> {
  return (req, res) => {
    res.setHeader('Vary', VARIES.Vary);
    return handlers[representationOf(req.headers)](req, res);
  };
}
