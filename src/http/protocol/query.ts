/** An error in one query parameter. */
export interface ParameterError {
  readonly parameter: string;
  readonly code:
    | 'unknown-parameter'
    | 'repeated-parameter'
    | 'invalid-value'
    /** A position, instant or size that the log has not reached yet. */
    | 'beyond-log'
    /** An instant before the first event. */
    | 'before-log'
    /** A token or cursor of another log, or of a state that this log does not have. */
    | 'another-history';
  readonly detail: string;
}

/**
 * The query parameters of a URL. Nothing is ignored: parameters that the resource does not know, repeated parameters
 * and invalid values are collected in `errors`. If there are errors, the returned values are placeholders and must
 * not be used.
 */
export class QueryParameters {
  readonly errors: ParameterError[] = [];
  readonly #values = new Map<string, string>();

  constructor(url: string, known: readonly string[]) {
    const start = url.indexOf('?');
    if (start < 0) return;
    for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
      if (!known.includes(name)) this.refuse(name, knownParameters(known), 'unknown-parameter');
      else if (this.#values.has(name)) this.refuse(name, GIVEN_TWICE, 'repeated-parameter');
      else this.#values.set(name, value);
    }
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  choice<Value extends string>(name: string, values: readonly Value[], fallback: Value): Value {
    const given = this.#values.get(name);
    if (given === undefined) return fallback;
    const value = values.find((each) => each === given);
    if (value === undefined) this.refuse(name, `Expected one of ${values.join(', ')}.`);
    return value ?? fallback;
  }

  count(name: string, max: number, fallback: number): number {
    const given = this.#values.get(name);
    if (given === undefined) return fallback;
    const count = /^[1-9]\d{0,8}$/.test(given) ? Number(given) : 0;
    if (count === 0 || count > max) this.refuse(name, `Expected a whole number from 1 to ${max}.`);
    return count;
  }

  /** Returns the distinct comma-separated items; none if the parameter is absent. */
  list(name: string, itemsMax: number): readonly string[] {
    const given = this.#values.get(name);
    if (given === undefined) return [];
    const items = [...new Set(given.split(','))];
    if (items.length <= itemsMax && !items.includes('')) return items;
    this.refuse(name, `Expected 1 to ${itemsMax} values, separated by commas.`);
    return [];
  }

  /** Returns the parsed value; undefined if the parameter is absent, or refused because `parse` returned undefined. */
  parsed<Value>(
    name: string,
    parse: (text: string) => Value | undefined,
    expected: string,
  ): Value | undefined {
    const given = this.#values.get(name);
    if (given === undefined) return undefined;
    const value = parse(given);
    if (value === undefined) this.refuse(name, expected);
    return value;
  }

  refuse(parameter: string, detail: string, code: ParameterError['code'] = 'invalid-value'): void {
    this.errors.push({ parameter, code, detail });
  }
}

const GIVEN_TWICE = 'Give it once; separate the items of a list by commas.';

function knownParameters(known: readonly string[]): string {
  if (known.length === 0) return 'This URL takes no query parameters.';
  return known.length === 1
    ? `The only query parameter of this URL is ${known[0]}.`
    : `The query parameters of this URL are ${known.join(', ')}.`;
}

/** Returns the query of a URL with its question mark, unchanged; empty if there is none. */
export function queryStringOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
