import { pointerOf } from '../../domain/fields/field-error.ts';
import { survivesAsNumber } from './json-number.ts';

/** Maximum nesting of objects and arrays. */
export const DEPTH_MAX = 32;

export type JsonDefectCode =
  | 'malformed'
  | 'duplicate-key'
  | 'forbidden-key'
  | 'nul'
  | 'unpaired-surrogate'
  | 'inexact-number'
  | 'too-deep';

export interface JsonDefect {
  readonly code: JsonDefectCode;
  readonly detail: string;
  /** RFC 6901. */
  readonly pointer: string;
  /** UTF-16 code units from the start of the text. */
  readonly index: number;
}

/**
 * Returns the first place where well-formed Unicode text is not JSON, or is JSON that parsing and serialising would
 * change. It takes one pass; the depth limit bounds the recursion.
 */
export function scanJson(text: string): JsonDefect | undefined {
  return new JsonScanner(text).scan();
}

const WHITE_SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERAL = /true|false|null/y;
/** Part of a string without quotes, escapes and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must stop at control characters
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const SHORT_ESCAPE = /\\["\\/bfnrt]/y;
const UNICODE_ESCAPE = /\\u([0-9a-fA-F]{4})/y;

class JsonScanner {
  readonly #text: string;
  readonly #path: (string | number)[] = [];
  #index = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): JsonDefect | undefined {
    const defect = this.#scanValue();
    if (defect !== undefined) return defect;
    return this.#index === this.#text.length ? undefined : this.#unexpected('the end');
  }

  /** Scans a value with the white space around it. */
  #scanValue(): JsonDefect | undefined {
    this.#take(WHITE_SPACE);
    const defect = this.#scanBareValue();
    this.#take(WHITE_SPACE);
    return defect;
  }

  #scanBareValue(): JsonDefect | undefined {
    switch (this.#text[this.#index]) {
      case '{':
        return this.#scanContainer('}', (count, keys) => this.#scanMember(count, keys));
      case '[':
        return this.#scanContainer(']', (count) => this.#scanElement(count));
      case '"':
        return this.#scanString();
      default:
        return this.#scanNumberOrLiteral();
    }
  }

  #scanContainer(
    end: string,
    scanItem: (count: number, keys: Set<string>) => JsonDefect | undefined,
  ): JsonDefect | undefined {
    if (this.#path.length === DEPTH_MAX) return this.#defect('too-deep', `nested deeper than ${DEPTH_MAX}`);
    this.#index += 1;
    this.#take(WHITE_SPACE);
    if (this.#takeCharacter(end)) return undefined;
    const keys = new Set<string>();
    for (let count = 0; ; count += 1) {
      const defect = scanItem(count, keys);
      if (defect !== undefined) return defect;
      if (this.#takeCharacter(end)) return undefined;
      if (!this.#takeCharacter(',')) return this.#unexpected(`"," or "${end}"`);
    }
  }

  #scanElement(count: number): JsonDefect | undefined {
    this.#path.push(count);
    const defect = this.#scanValue();
    this.#path.pop();
    return defect;
  }

  #scanMember(_count: number, keys: Set<string>): JsonDefect | undefined {
    this.#take(WHITE_SPACE);
    const start = this.#index;
    if (this.#text[start] !== '"') return this.#unexpected('a key in double quotes');
    const keyDefect = this.#scanString();
    if (keyDefect !== undefined) return keyDefect;
    const key = JSON.parse(this.#text.slice(start, this.#index)) as string;
    this.#path.push(key);
    const defect = this.#keyDefect(key, start, keys) ?? this.#scanMemberValue();
    this.#path.pop();
    return defect;
  }

  #keyDefect(key: string, index: number, keys: Set<string>): JsonDefect | undefined {
    if (key === '__proto__') return this.#defect('forbidden-key', 'a key must not be "__proto__"', index);
    if (keys.has(key)) return this.#defect('duplicate-key', 'the object already has this key', index);
    keys.add(key);
    return undefined;
  }

  #scanMemberValue(): JsonDefect | undefined {
    this.#take(WHITE_SPACE);
    return this.#takeCharacter(':') ? this.#scanValue() : this.#unexpected('":"');
  }

  #scanNumberOrLiteral(): JsonDefect | undefined {
    const start = this.#index;
    const number = this.#take(NUMBER);
    if (number === undefined)
      return this.#take(LITERAL) === undefined ? this.#unexpected('a value') : undefined;
    if (survivesAsNumber(number)) return undefined;
    return this.#defect(
      'inexact-number',
      'this number loses digits as an IEEE 754 double; send it as a string',
      start,
    );
  }

  #scanString(): JsonDefect | undefined {
    this.#index += 1;
    for (;;) {
      this.#take(PLAIN_CHARACTERS);
      if (this.#takeCharacter('"')) return undefined;
      if (this.#text[this.#index] !== '\\') return this.#controlCharacter();
      const defect = this.#take(SHORT_ESCAPE) === undefined ? this.#scanUnicodeEscape() : undefined;
      if (defect !== undefined) return defect;
    }
  }

  #controlCharacter(): JsonDefect {
    if (this.#text[this.#index] === '\0') return this.#nul(this.#index);
    return this.#unexpected('the end of the string, or an escape in place of a control character');
  }

  #scanUnicodeEscape(): JsonDefect | undefined {
    const start = this.#index;
    const unit = this.#takeEscapedUnit();
    if (unit === undefined) return this.#unexpected('one of the escapes of RFC 8259');
    if (unit === 0) return this.#nul(start);
    if (unit < 0xd800 || unit > 0xdfff) return undefined;
    const low = unit < 0xdc00 ? this.#takeEscapedUnit() : undefined;
    if (low !== undefined && low >= 0xdc00 && low <= 0xdfff) return undefined;
    return this.#defect('unpaired-surrogate', 'half of a surrogate pair is not a character', start);
  }

  #takeEscapedUnit(): number | undefined {
    const written = this.#take(UNICODE_ESCAPE);
    return written === undefined ? undefined : Number.parseInt(written.slice(2), 16);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#index;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#index = pattern.lastIndex;
    return match[0];
  }

  #takeCharacter(character: string): boolean {
    if (this.#text[this.#index] !== character) return false;
    this.#index += 1;
    return true;
  }

  #nul(index: number): JsonDefect {
    return this.#defect('nul', 'text must not contain the character U+0000', index);
  }

  #unexpected(wanted: string): JsonDefect {
    const found = this.#text.codePointAt(this.#index);
    const what = found === undefined ? 'the text ends' : `there is ${describe(found)}`;
    return this.#defect('malformed', `${what} where ${wanted} is expected`);
  }

  #defect(code: JsonDefectCode, detail: string, index = this.#index): JsonDefect {
    return { code, detail, pointer: pointerOf(this.#path), index };
  }
}

function describe(codePoint: number): string {
  const isPlain = codePoint > 0x20 && codePoint < 0x7f;
  return isPlain
    ? `"${String.fromCodePoint(codePoint)}"`
    : `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
