/** What is wrong with one parameter of a query. */
export interface ParameterError {
  readonly parameter: string;
  readonly code:
    | 'unknown-parameter'
    | 'repeated-parameter'
    | 'invalid-value'
    /** A moment that the log has not reached yet, or that lies before its first event. */
    | 'beyond-log'
    | 'before-log';
  readonly detail: string;
}

/**
 * The query of an address, read by name. Nothing is ignored: what is wrong is gathered in `errors`, and the value
 * handed out in its place is of no use. Parameters that the resource does not know are errors from the start.
 */
export class QueryParameters {
  readonly errors: ParameterError[] = [];
  readonly #values = new Map<string, string>();

  constructor(address: string, known: readonly string[]) {
    const start = address.indexOf('?');
    if (start < 0) return;
    for (const [name, value] of new URLSearchParams(address.slice(start + 1))) {
      if (!known.includes(name)) {
        this.#refuse(
          name,
          'unknown-parameter',
          known.length === 0
            ? 'There are no parameters here.'
            : `The parameters here are ${known.join(', ')}.`,
        );
      } else if (this.#values.has(name)) {
        this.#refuse(name, 'repeated-parameter', 'Give it once; a list is separated by commas.');
      } else {
        this.#values.set(name, value);
      }
    }
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  choice<Value extends string>(name: string, values: readonly Value[], absent: Value): Value {
    const given = this.#values.get(name);
    if (given === undefined) return absent;
    const found = values.find((value) => value === given);
    if (found === undefined) this.refuse(name, `Expected one of ${values.join(', ')}.`);
    return found ?? absent;
  }

  count(name: string, max: number, absent: number): number {
    const given = this.#values.get(name);
    if (given === undefined) return absent;
    const count = /^[1-9]\d{0,8}$/.test(given) ? Number(given) : 0;
    if (count === 0 || count > max) this.refuse(name, `Expected a whole number from 1 to ${max}.`);
    return count;
  }

  /** The items between the commas, without repetitions; none when the parameter is absent. */
  list(name: string, itemsMax: number): readonly string[] {
    const given = this.#values.get(name);
    if (given === undefined) return [];
    const items = [...new Set(given.split(','))];
    if (items.length <= itemsMax && !items.includes('')) return items;
    this.refuse(name, `Expected 1 to ${itemsMax} values with commas between them.`);
    return [];
  }

  /** The parsed value of a parameter; undefined when it is absent, or refused because `parse` found nothing. */
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

  refuse(name: string, detail: string): void {
    this.#refuse(name, 'invalid-value', detail);
  }

  #refuse(parameter: string, code: ParameterError['code'], detail: string): void {
    this.errors.push({ parameter, code, detail });
  }
}
