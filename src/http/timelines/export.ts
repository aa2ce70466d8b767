import type { LogPoint } from '../../projector/timeline-store.ts';
import { recordEntry } from '../../web/components/record-entry.ts';
import { buildId } from '../../web/shell/assets.ts';
import { PageUrl } from '../../web/text/url.ts';
import { dataPackage } from '../formats/data-package.ts';
import { EVENT_COLUMNS, STATEMENT_COLUMNS } from '../formats/event-columns.ts';
import { type ExportView, type ExportWriter, writeExport } from '../formats/export-writer.ts';
import { sendCitation } from '../protocol/citation-response.ts';
import { answerByPrecondition, contentTag, revalidated } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import { contentTypeOf, FORMATS, urlInFormat } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { queryStringOf } from '../protocol/query.ts';
import { sendFile } from '../protocol/response.ts';
import type { ShownState } from '../protocol/state-token.ts';
import { sendStream } from '../protocol/stream-response.ts';
import { entryPages } from './entry-pages.ts';
import type { PageRequest } from './query.ts';
import type { TimelineResource } from './representation.ts';

/** What is exported of a timeline. */
export interface TimelineExport {
  readonly key: string;
  readonly request: PageRequest;
  /** The state that is exported; undefined while the log is empty. */
  readonly asOf: (LogPoint & ShownState) | undefined;
}

/** How each kind of entry is exported. */
export const ENTRY_KINDS = {
  event: { columns: EVENT_COLUMNS, parse: JSON.parse },
  record: { columns: EVENT_COLUMNS, parse: recordEntry },
  statement: { columns: STATEMENT_COLUMNS, parse: JSON.parse },
} as const;

/** Sends all entries that match the filter, in one state of the timeline. */
export async function sendTimelineExport(
  context: AppContext,
  resource: TimelineResource,
  writer: ExportWriter,
  { key, request, asOf }: TimelineExport,
  req: Request<unknown>,
  res: Response,
): Promise<void> {
  const exported = { title: resource.title(key, asOf), ...ENTRY_KINDS[resource.entryKind], asOf };
  const pages = entryPages(resource.projection, key, request.filter, asOf);
  await sendExport(context, writer, exported, pages, req, res);
}

/** Cites the timeline with its filter in the state that it shows. */
export function sendTimelineCitation(
  { title }: TimelineResource,
  { key, asOf }: TimelineExport,
  req: Request<unknown>,
  res: Response,
): void {
  sendCitation({ title: title(key, asOf), url: permalinkOf(req, asOf), asOf }, req, res);
}

/** Describes the CSV file of the timeline with its filter. */
export function sendTimelinePackage(
  resource: TimelineResource,
  { key, asOf }: TimelineExport,
  req: Request<unknown>,
  res: Response,
): void {
  sendDataPackage({ title: resource.title(key, asOf), ...ENTRY_KINDS[resource.entryKind], asOf }, req, res);
}

/** Describes the CSV file of a view in the state that the view shows. */
export function sendDataPackage(
  exported: Omit<ExportView, 'origin' | 'url'>,
  req: Request<unknown>,
  res: Response,
): void {
  const url = permalinkOf(req, exported.asOf);
  const csvUrl = `${req.origin}${urlInFormat(req.path, queryStringOf(url), 'csv')}`;
  const body = Buffer.from(dataPackage({ ...exported, origin: req.origin, url }, csvUrl));
  const headers = revalidated(contentTag(body, exported.asOf?.token));
  if (!answerByPrecondition(req, res, headers)) sendFile(res, contentTypeOf(req.format), body, headers);
}

/** Returns the absolute URL of the page in a state. */
export function permalinkOf(req: Request<unknown>, asOf: ShownState | undefined): string {
  return `${req.origin}${pageUrlOf(req).with({ ...(asOf && { asOf: asOf.token }) })}`;
}

/** @param pages the items as JSON, in order, all in the state that the view names */
export async function sendExport(
  context: AppContext,
  writer: ExportWriter,
  exported: Omit<ExportView, 'origin' | 'url'>,
  pages: AsyncIterable<readonly string[]>,
  req: Request<unknown>,
  res: Response,
): Promise<void> {
  const headers = { ...exportHeaders(req, exported.asOf), ...describedBy(req) };
  if (answerByPrecondition(req, res, headers)) return;
  req.audit.exports();
  const view = { ...exported, origin: req.origin, url: permalinkOf(req, exported.asOf) };
  const texts = writeExport(writer, view, pages);
  await sendStream(context, req, res, contentTypeOf(req.format), texts, headers);
}

/** Links a CSV file to its description (RFC 8288). */
export function describedBy({ format, path, originalUrl }: Request<unknown>): { readonly Link?: string } {
  if (format !== 'csv') return {};
  const url = urlInFormat(path, queryStringOf(originalUrl), 'datapackage');
  return { Link: `<${url}>; rel="describedby"; type="${FORMATS.datapackage.mediaType}"` };
}

/**
 * Returns the headers of an export. Its state, what was removed from the log, its URL, the origin of its links, its
 * format and the build determine its bytes, so that its entity tag needs none of them.
 */
export function exportHeaders(req: Request<unknown>, asOf: ShownState | undefined) {
  return revalidated(
    contentTag(`${req.format} ${buildId()} ${req.origin} ${asOf?.removals ?? 0}`, asOf?.token),
  );
}

/** Returns the URL of the request without the suffix of a format. */
export function pageUrlOf({ path, originalUrl, suffix }: Request<unknown>): PageUrl {
  return new PageUrl(`${path}${originalUrl.slice(path.length + suffix.length)}`);
}
