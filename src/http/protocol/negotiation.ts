import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { FORMATS, type FormatName } from './formats.ts';
import type { Handler } from './handler.ts';

/** Sent with every response that depends on `Accept`. */
export const VARIES = { Vary: 'Accept' } as const;

/** Says that the response depends on a header of the request, besides those that were named before. */
export function varyBy(res: ServerResponse, field: string): void {
  const others = res.getHeader('Vary');
  res.setHeader('Vary', others === undefined ? field : `${others}, ${field}`);
}

interface MediaRange {
  readonly range: string;
  readonly quality: number;
  /** Index in the header. */
  readonly index: number;
}

interface Candidate {
  readonly format: FormatName;
  readonly match: MediaRange;
}

/** No browser sends a longer header; a longer one is not parsed. */
const ACCEPT_CHARS_MAX = 2_000;
const RANGE = /^\s*([\w!#$&^.+*-]+\/[\w!#$&^.+*-]+)\s*((?:;[^,]*)?)$/;
const QUALITY = /;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)/i;

/**
 * Chooses a format from `Accept` (RFC 9110 §12.5.1). The most specific range that matches a format gives its quality.
 * If several have the same quality, a type that is named wins over a wildcard, and the first named one over the others.
 *
 * @param available in the order of preference, which decides for clients that name none
 * @returns undefined if the client accepts none of them
 */
export function negotiate(
  { accept }: IncomingHttpHeaders,
  available: readonly FormatName[],
): FormatName | undefined {
  const [preferred] = available;
  if (accept === undefined || accept === '*/*' || accept.length > ACCEPT_CHARS_MAX) return preferred;
  const ranges = accept.toLowerCase().split(',').flatMap(mediaRange);
  if (!ranges.some(({ quality }) => quality > 0)) return preferred;
  const candidates = available.flatMap((format): readonly Candidate[] => {
    const match = mostSpecificRange(FORMATS[format].mediaType, ranges);
    return match === undefined || match.quality === 0 ? [] : [{ format, match }];
  });
  return candidates.sort(byPreference)[0]?.format;
}

function byPreference(a: Candidate, b: Candidate): number {
  const byQuality = b.match.quality - a.match.quality;
  if (byQuality !== 0) return byQuality;
  const [isNamed, isOtherNamed] = [isSpecific(a), isSpecific(b)];
  if (isNamed !== isOtherNamed) return isNamed ? -1 : 1;
  return isNamed ? a.match.index - b.match.index : 0;
}

function isSpecific({ match }: Candidate): boolean {
  return !match.range.endsWith('*');
}

/** True if the client prefers a page, as browsers do. Problems and redirects follow this, whatever the resource. */
export function prefersPage(headers: IncomingHttpHeaders): boolean {
  return negotiate(headers, ['json', 'html']) === 'html';
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

/** Handlers by format. The router chooses one of their formats. */
export type FormatHandlers<Parameters> = Partial<Record<FormatName, Handler<Parameters>>>;

export function formatsOf(handlers: FormatHandlers<never>): readonly FormatName[] {
  return (Object.keys(FORMATS) as FormatName[]).filter((name) => handlers[name] !== undefined);
}

/** Calls the handler of the format that was negotiated. */
export function byFormat<Parameters>(handlers: FormatHandlers<Parameters>): Handler<Parameters> {
  return (req, res) => handlers[req.format]?.(req, res);
}
