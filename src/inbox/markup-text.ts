import { Parser } from 'htmlparser2';

/** Far more than an excerpt needs. The parser takes time that grows with the square of the open elements. */
const MARKUP_CHARS_MAX = 20_000;
/** Their content is not text to read. */
const HIDDEN = new Set([
  'script',
  'style',
  'template',
  'iframe',
  'object',
  'svg',
  'math',
  'head',
  'noscript',
]);
/** Elements within a line. All others separate words. */
const INLINE = new Set(
  'a abbr b bdi bdo cite code em font i mark q s small span strong sub sup time u wbr'.split(' '),
);

/** Returns the text at the beginning of HTML, without its markup. */
export function textOfMarkup(markup: string): string {
  let text = '';
  let hidden = 0;
  const cross = (name: string, change: 1 | -1): void => {
    if (HIDDEN.has(name)) hidden += change;
    if (!INLINE.has(name)) text += ' ';
  };
  const parser = new Parser({
    onopentag: (name) => cross(name, 1),
    ontext: (part) => {
      if (hidden === 0) text += part;
    },
    onclosetag: (name) => cross(name, -1),
  });
  parser.end(markup.slice(0, MARKUP_CHARS_MAX));
  return text;
}
