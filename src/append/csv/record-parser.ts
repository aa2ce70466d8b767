const QUOTE = '"';

/**
 * Splits one record of CSV (RFC 4180) into cells. A quoted cell may contain line feeds, so a record is given line by
 * line until it is not open any more. Text is taken as it is: white space counts, and so does a carriage return within
 * quotes.
 */
export class RecordParser {
  readonly cells: string[] = [];
  readonly #delimiter: string;
  /** The quoted cell that is being read. */
  #text = '';
  #isOpen = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** True if a quoted cell has no end yet. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * @param line without its line feed
   * @returns the character, from 0, at which a quote is out of place; undefined if none is
   */
  add(line: string): number | undefined {
    const end = line.endsWith('\r') ? line.length - 1 : line.length;
    let at = 0;
    if (this.#isOpen) this.#text += '\n';
    while (at <= end) {
      if (!this.#isOpen && line[at] !== QUOTE) {
        const next = this.#endOfCell(line, at, end);
        const cell = line.slice(at, next);
        if (cell.includes(QUOTE)) return at + cell.indexOf(QUOTE);
        this.cells.push(cell);
        at = next + 1;
        continue;
      }
      const next = this.#readQuoted(line, this.#isOpen ? at : at + 1);
      if (this.#isOpen) return undefined;
      if (next < end && line[next] !== this.#delimiter) return next - 1;
      this.cells.push(this.#text);
      this.#text = '';
      at = next + 1;
    }
    return undefined;
  }

  #endOfCell(line: string, at: number, end: number): number {
    const next = line.indexOf(this.#delimiter, at);
    return next < 0 ? end : next;
  }

  /** Reads a quoted cell to its closing quote or the end of the line, and returns the place after that. */
  #readQuoted(line: string, start: number): number {
    this.#isOpen = true;
    let at = start;
    for (;;) {
      const quote = line.indexOf(QUOTE, at);
      if (quote < 0) {
        this.#text += line.slice(at);
        return line.length;
      }
      this.#text += line.slice(at, quote);
      at = quote + 1;
      if (line[at] !== QUOTE) break;
      this.#text += QUOTE;
      at += 1;
    }
    this.#isOpen = false;
    return at;
  }
}
