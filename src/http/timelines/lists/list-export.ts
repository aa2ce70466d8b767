import { setImmediate } from 'node:timers/promises';
import type { LogPoint } from '../../../projector/timeline-store.ts';
import type { ExportWriter } from '../../formats/export-writer.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import type { ShownState } from '../../protocol/state-token.ts';
import { readerOfState } from '../entry-pages.ts';
import { sendExport } from '../export.ts';
import type { ListRequest } from './list-request.ts';
import type { ReadTimelineList, TimelineListRoute } from './list-route.ts';

/** Items that are read at a time for an export, if the list allows that many. */
const EXPORT_ITEMS = 200;

/** Sends all items of the list in one state. */
export async function sendListExport(
  context: AppContext,
  route: TimelineListRoute,
  { readPage }: ListRequest,
  writer: ExportWriter,
  asOf: (LogPoint & ShownState) | undefined,
  req: Request<unknown>,
  res: Response,
): Promise<void> {
  const { title, columns } = route;
  const pages = itemPages(route, readPage, asOf);
  await sendExport(context, writer, { title, columns, parse: JSON.parse, asOf }, pages, req, res);
}

/** Yields all items of a list in one state, page by page. Other requests are answered in between. */
async function* itemPages(
  { projection, limit }: TimelineListRoute,
  readPage: ReadTimelineList,
  asOf: LogPoint | undefined,
): AsyncGenerator<readonly string[]> {
  if (asOf === undefined) return;
  const range = { limit: Math.min(limit.max, EXPORT_ITEMS), asOf: asOf.ordinal };
  let after: string | undefined;
  do {
    const { items, end } = readPage(readerOfState(projection, asOf), {
      ...range,
      ...(after !== undefined && { after }),
    });
    yield items.map((item) => JSON.stringify(item));
    after = end;
    await setImmediate();
  } while (after !== undefined);
}
