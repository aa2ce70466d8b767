import { isUtf8 } from 'node:buffer';
import type { NdjsonLine } from '../json/ndjson.ts';
import { RecordParser } from './record-parser.ts';

/** A row of a CSV file, or a part of it that cannot be read as one. */
export type CsvRecord = {
  /** The line that it begins in, from 1; blank lines count. */
  readonly line: number;
  /** As read, without its last line feed. */
  readonly text: string;
} & (
  | { readonly kind: 'cells'; readonly cells: readonly string[] }
  | { readonly kind: 'unreadable'; readonly code: UnreadableCode; readonly detail: string }
);

export type UnreadableCode = 'invalid-utf8' | 'misplaced-quote' | 'too-long';

interface RecordOptions {
  readonly delimiter: string;
  /** False if a quotation mark is a character like any other. */
  readonly quotes: boolean;
}

/** A quote that is not closed within this many characters is treated as misplaced. */
const OPEN_CHARS_MAX = 1 << 20;

/** Reads the records of a CSV file from its lines. Blank lines are skipped. */
export async function* csvRecords(
  lines: AsyncIterable<NdjsonLine>,
  options: RecordOptions,
): AsyncGenerator<CsvRecord> {
  const reader = new RecordReader(options);
  for await (const line of lines) yield* reader.add(line);
  yield* reader.end();
}

interface TextLine {
  readonly number: number;
  readonly text: string;
}

/** Joins lines to records. After a quote that is never closed, the lines that follow are read as their own records. */
class RecordReader {
  readonly #options: RecordOptions;
  #number = 0;
  #parser: RecordParser;
  /** The lines of the record that is being read. */
  #lines: TextLine[] = [];
  #chars = 0;

  constructor(options: RecordOptions) {
    this.#options = options;
    this.#parser = new RecordParser(options.delimiter);
  }

  *add(line: NdjsonLine): Generator<CsvRecord> {
    this.#number += 1;
    const number = this.#number;
    if (line.kind === 'line' && isUtf8(line.bytes)) {
      yield* this.#addText({ number, text: line.bytes.toString('utf8') });
      return;
    }
    yield* this.end();
    if (line.kind === 'too-long') {
      yield unreadable(number, '', 'too-long', 'The line is too long.');
      return;
    }
    const detail =
      'The line is not UTF-8. If a spreadsheet program saved the file, its encoding may be windows-1252: ' +
      'set "encoding" in the mapping.';
    yield unreadable(number, line.bytes.toString('latin1'), 'invalid-utf8', detail);
  }

  /** Ends a record that is still open. */
  *end(): Generator<CsvRecord> {
    while (this.#lines.length > 0) yield* this.#giveUp();
  }

  *#addText(line: TextLine): Generator<CsvRecord> {
    const { quotes, delimiter } = this.#options;
    if (this.#lines.length === 0 && line.text.trim() === '') return;
    if (!quotes) {
      const cells = line.text.replace(/\r$/, '').split(delimiter);
      yield { kind: 'cells', line: line.number, text: line.text, cells };
      return;
    }
    this.#lines.push(line);
    this.#chars += line.text.length;
    const misplaced = this.#parser.add(line.text);
    if (misplaced !== undefined) {
      const detail =
        `The quotation mark at ${line.number}:${misplaced + 1} is out of place. ` +
        'Quote the whole cell and double the quotation marks in it, or set "quotes": false in the mapping.';
      yield unreadable(this.#firstLine(), this.#text(), 'misplaced-quote', detail);
      this.#begin();
    } else if (!this.#parser.isOpen) {
      yield { kind: 'cells', line: this.#firstLine(), text: this.#text(), cells: this.#parser.cells };
      this.#begin();
    } else if (this.#chars > OPEN_CHARS_MAX) yield* this.#giveUp();
  }

  *#giveUp(): Generator<CsvRecord> {
    const [first, ...others] = this.#lines;
    this.#begin();
    if (first === undefined) return;
    const detail = 'A quotation mark of this line is never closed. The lines after it were read as rows.';
    yield unreadable(first.number, first.text, 'misplaced-quote', detail);
    for (const line of others) yield* this.#addText(line);
  }

  #begin(): void {
    this.#parser = new RecordParser(this.#options.delimiter);
    this.#lines = [];
    this.#chars = 0;
  }

  #firstLine(): number {
    return this.#lines[0]?.number ?? this.#number;
  }

  #text(): string {
    return this.#lines.map(({ text }) => text).join('\n');
  }
}

function unreadable(line: number, text: string, code: UnreadableCode, detail: string): CsvRecord {
  return { kind: 'unreadable', line, text, code, detail };
}
