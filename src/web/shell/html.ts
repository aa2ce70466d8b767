declare const brand: unique symbol;

/** Markup that is safe to send: nothing got into it but through `html`. */
export class Html {
  declare readonly [brand]: 'Html';
  readonly #markup: string;

  /** For `html` alone. */
  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What can stand in a hole of a template; `undefined` and `false` leave nothing behind. */
export type Hole = string | number | Html | undefined | false | readonly Hole[];

/**
 * The one way to markup. A text in a hole stays a text, in an element as well as in an attribute, which has to be
 * quoted; markup comes through as it is, and of a list one after the other. A hole in the place of a tag, of the name
 * of an attribute, or in a script or a style sheet is not for this tag.
 */
export function html(parts: TemplateStringsArray, ...holes: readonly Hole[]): Html {
  let markup = parts[0] ?? '';
  for (let at = 0; at < holes.length; at += 1) markup += filled(holes[at]) + parts[at + 1];
  return new Html(markup);
}

function filled(hole: Hole): string {
  if (typeof hole === 'string') return escaped(hole);
  if (hole === undefined || hole === false) return '';
  if (hole instanceof Html) return hole.toString();
  if (typeof hole === 'number') return String(hole);
  let markup = '';
  for (const part of hole) markup += filled(part);
  return markup;
}

const SPECIAL = /[&<>"']/;
const ALL_SPECIAL = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Most texts have nothing to escape, and to find nothing costs little. */
function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(ALL_SPECIAL, (character) => ENTITIES[character] ?? '') : text;
}
