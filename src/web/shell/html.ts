import { isAscii } from 'node:buffer';
import type { Permission } from '../../access/permissions.ts';

declare const brand: unique symbol;

/** The readers that some markup is for: those with a permission, or who have signed in, with a key or not, or could. */
export type Audience = Permission | 'signed-in' | 'signed-in-with-key' | 'signed-out';

/** @param stream which they must be allowed to change; undefined if the markup is about none */
type IsShown = (audience: Audience, stream: string | undefined) => boolean;

interface Restriction {
  readonly audience: Audience;
  readonly stream: string | undefined;
}

/**
 * Markup that is safe to send. Only the `html` tag makes it, so every text in it is escaped. It is kept as the parts of
 * a template and the values between them until all of a page is joined at once, because joining template by template
 * leaves V8 a tree of strings, which takes longer to walk than all parts take to copy.
 */
export class Html {
  declare readonly [brand]: 'Html';
  readonly #parts: readonly string[];
  readonly #values: readonly HtmlValue[];
  /** Undefined if it is for all readers. */
  readonly #restriction: Restriction | undefined;

  /** Call `html` instead: the constructor does not escape the parts, of which there is one more than values. */
  constructor(parts: readonly string[], values: readonly HtmlValue[], restriction?: Restriction) {
    this.#parts = parts;
    this.#values = values;
    this.#restriction = restriction;
  }

  /** Returns the markup for a reader whom all of it is for. */
  toString(): string {
    return this.#textFor(() => true);
  }

  /** Returns the same markup in as few pieces as possible, to be kept and inserted into many pages. */
  compact(): Html {
    const restricted: Html[] = [];
    const pieces: string[] = [];
    const parts: string[] = [];
    const endPart = () => parts.push(narrow(pieces.splice(0).join('')));
    this.#addContent(pieces, (markup) => {
      endPart();
      restricted.push(markup.compact());
    });
    endPart();
    return new Html(parts, restricted, this.#restriction);
  }

  /** Returns the markup for a reader in UTF-8. ASCII is copied, which takes a quarter of the time of encoding. */
  encode(isShown: IsShown): Buffer {
    const text = this.#textFor(isShown);
    const copied = Buffer.allocUnsafeSlow(text.length);
    copied.write(text, 'latin1');
    return isAscii(copied) ? copied : Buffer.from(text);
  }

  #textFor(isShown: IsShown): string {
    const pieces: string[] = [];
    const addRestricted = (markup: Html): void => {
      const restriction = markup.#restriction;
      const isForReader = restriction === undefined || isShown(restriction.audience, restriction.stream);
      if (isForReader) markup.#addContent(pieces, addRestricted);
    };
    addRestricted(this);
    return pieces.join('');
  }

  /** Adds the pieces of the markup for every reader. Calls `addRestricted` for the restricted markup in it. */
  #addContent(pieces: string[], addRestricted: (markup: Html) => void): void {
    const [parts, values] = [this.#parts, this.#values];
    pieces.push(parts[0] ?? '');
    for (let index = 0; index < values.length; index += 1) {
      Html.#addValue(values[index], pieces, addRestricted);
      pieces.push(parts[index + 1] ?? '');
    }
  }

  static #addValue(value: HtmlValue, pieces: string[], addRestricted: (markup: Html) => void): void {
    if (typeof value === 'string') pieces.push(escapeText(value));
    else if (value === undefined || value === false) return;
    else if (value instanceof Html) {
      if (value.#restriction === undefined) value.#addContent(pieces, addRestricted);
      else addRestricted(value);
    } else if (typeof value === 'number') pieces.push(String(value));
    else for (const item of value) Html.#addValue(item, pieces, addRestricted);
  }
}

/**
 * Restricts markup to some readers. Pages are rendered for all of them, and each gets what is for it.
 *
 * @param stream if set, restricts it further to those who may change this stream
 */
export function onlyFor(audience: Audience, content: Html, stream?: string): Html {
  return new Html(['', ''], [content], { audience, stream });
}

/** A value in a template. `undefined` and `false` render as nothing, a list as its items one after another. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

/**
 * Makes markup from a template. Strings are escaped, so a value may be the content of an element or part of a quoted
 * attribute value. Characters beyond ASCII are written as references, also those of the template. A value must not be
 * the name of a tag or an attribute, nor stand in a script or a style sheet.
 *
 * Line breaks and indentation follow the rule of JSX. Beside a tag or a value they render as nothing; between two
 * words or two attributes they render as one space. A space or a line break that has to stay is written as a value:
 * `${' '}`.
 */
export function html(template: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(trimmedParts(template), values);
}

/** The parts of each template without its line breaks. A template is trimmed when it is first rendered. */
const trimmed = new Map<TemplateStringsArray, readonly string[]>();

function trimmedParts(template: TemplateStringsArray): readonly string[] {
  const known = trimmed.get(template);
  if (known !== undefined) return known;
  const parts = withReferences(trimLines(template.join(VALUE)), BEYOND_ASCII).split(VALUE);
  trimmed.set(template, parts);
  return parts;
}

/** Stands for a value while a template is trimmed. No template contains this character. */
const VALUE = '\0';
const TAG_OR_TEXT = /(<[^>]*>)|[^<]+/g;
const LINE_BREAK = /[ \t]*\n[ \t\n]*/g;

function trimLines(template: string): string {
  return template.replace(TAG_OR_TEXT, (part, tag?: string) =>
    tag === undefined ? trimText(part) : tag.replace(LINE_BREAK, ' ').replace(/ (?=\/?>$)/, ''),
  );
}

function trimText(text: string): string {
  return text.replace(LINE_BREAK, (lineBreak, start: number) => {
    const [before, after] = [text[start - 1] ?? VALUE, text[start + lineBreak.length] ?? VALUE];
    return before === VALUE || after === VALUE ? '' : ' ';
  });
}

const SPECIAL = /[&<>"'\xa0-\uffff]/;
const EACH_SPECIAL = /[&<>"'\u{a0}-\u{10ffff}]/gu;
/** What the URLs of a page do not contain. */
const SPECIAL_BEYOND_URLS = /[<>"'\xa0-\uffff]/;

/** Most texts have nothing to escape, and most others are URLs; the tests cost less than a replacing function. */
function escapeText(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return SPECIAL_BEYOND_URLS.test(text) ? withReferences(text, EACH_SPECIAL) : text.replace(/&/g, '&amp;');
}

/** U+0080 to U+009F are left out: HTML takes references to these control characters for other characters. */
const BEYOND_ASCII = /[\u{a0}-\u{10ffff}]/gu;

const NAMED_REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const WIDE = /[\u0100-\uffff]/;

function withReferences(text: string, characters: RegExp): string {
  const references = text.replace(characters, (character) => {
    return NAMED_REFERENCES[character] ?? `&#${character.codePointAt(0)};`;
  });
  return WIDE.test(text) ? narrow(references) : references;
}

/**
 * Returns the same text with one byte for each character, of which it has none beyond U+00FF. What V8 makes of a text
 * with wide characters it keeps in two, and so it does any page that this is joined to.
 */
function narrow(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
