import type { IncomingHttpHeaders } from 'node:http';

/** No browser sends a longer header; a longer one is not parsed. */
const HEADER_CHARS_MAX = 1_000;
const LANGUAGES_MAX = 5;
const RANGE = /^\s*([a-z]{2,8}(?:-[a-z\d]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i;

/**
 * Returns the languages of `Accept-Language` (RFC 9110 §12.5.4) of which ICU has names, the preferred one first, as
 * canonical BCP 47 tags. `*` and what is malformed is ignored.
 */
export function preferredLanguages(headers: IncomingHttpHeaders): readonly string[] {
  const header = headers['accept-language'] ?? '';
  if (header.length > HEADER_CHARS_MAX) return [];
  const ranges = header.split(',').flatMap((text) => {
    const [, tag, quality = '1'] = RANGE.exec(text) ?? [];
    return tag === undefined || Number(quality) === 0 ? [] : [{ tag, quality: Number(quality) }];
  });
  const sorted = ranges.sort((a, b) => b.quality - a.quality);
  return sorted.flatMap(({ tag }) => supportedTag(tag)).slice(0, LANGUAGES_MAX);
}

/** The grammar of a range allows tags that BCP 47 does not, such as `en-a`. */
function supportedTag(tag: string): readonly string[] {
  try {
    return Intl.DisplayNames.supportedLocalesOf(tag);
  } catch {
    return [];
  }
}
