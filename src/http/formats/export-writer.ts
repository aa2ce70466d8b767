import type { ShownState } from '../protocol/state-token.ts';
import type { Column } from './column.ts';

/** What an export is of. */
export interface ExportView {
  readonly title: string;
  /** Scheme, host and port of absolute URLs. */
  readonly origin: string;
  /** Absolute URL of the page with the same filter, in the state that is exported. */
  readonly url: string;
  /** Undefined while the log is empty. */
  readonly asOf: ShownState | undefined;
  /** The columns of its items in a table. */
  // biome-ignore lint/suspicious/noExplicitAny: the columns fit the items of the same export
  readonly columns: readonly Column<any>[];
  /** Parses an item to what the columns and the formats of entries expect. */
  readonly parse: (json: string) => unknown;
}

/** Writes an export in pieces, so that it is never in memory as a whole. The pieces depend on the arguments only. */
export interface ExportWriter {
  begin(view: ExportView): string;
  /**
   * @param items JSON objects, at least one
   * @param isFirst true until a text was returned that is not empty
   */
  items(items: readonly string[], view: ExportView, isFirst: boolean): string;
  end(view: ExportView): string;
}

/** @param pages the items, in order; a page may be empty */
export async function* writeExport(
  writer: ExportWriter,
  view: ExportView,
  pages: AsyncIterable<readonly string[]>,
): AsyncGenerator<string> {
  let isFirst = true;
  let pending = writer.begin(view);
  for await (const items of pages) {
    if (items.length === 0) continue;
    const text = writer.items(items, view, isFirst);
    yield pending + text;
    pending = '';
    if (text !== '') isFirst = false;
  }
  yield pending + writer.end(view);
}
