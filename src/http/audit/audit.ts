import { setImmediate } from 'node:timers/promises';
import { ACTION_LABELS } from '../../audit/audit-entry.ts';
import type { AuditLog, AuditRange } from '../../audit/audit-log.ts';
import { sentEntry } from '../../audit/entry-text.ts';
import { auditPage } from '../../web/pages/audit-page.ts';
import { PageUrl } from '../../web/text/url.ts';
import { type ExportWriter, writeExport } from '../formats/export-writer.ts';
import { formatLinks } from '../formats/format-links.ts';
import { EXPORT_WRITERS } from '../formats/writers.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendFormAgain } from '../protocol/form-again.ts';
import { contentTypeOf, type FormatName } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { nextLink } from '../protocol/paging.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendJson } from '../protocol/response.ts';
import { sendStream } from '../protocol/stream-response.ts';
import { AUDIT_COLUMNS } from './audit-columns.ts';
import { auditCursorAfter, parseAuditQuery } from './audit-query.ts';
import { entryView } from './entry-view.ts';

export const AUDIT_FORMATS: readonly FormatName[] = ['json', 'html', 'csv', 'ndjson'];

const EXPORT_PAGE_ENTRIES = 500;
const EXPORT_PARAMETERS = ['principal', 'action', 'from', 'to', 'order'];
/** `GET /audit`: who did what when, page by page, or all that match as a file. */
export async function showAuditLog(context: AppContext, req: Request, res: Response): Promise<void> {
  const { audit } = context;
  const query = parseAuditQuery(req.originalUrl, audit);
  if (query.outcome === 'refused') {
    const nothing = { entries: [], formats: [], next: undefined };
    return sendFormAgain(query.problem, req, res, (errors) =>
      auditPage({ ...viewOf(req), ...nothing, errors }),
    );
  }
  const writer = EXPORT_WRITERS[req.format];
  if (writer === undefined) sendPage(audit, query.range, req, res);
  else await sendAll(context, writer, query.range, req, res);
}

function sendPage(audit: AuditLog, range: AuditRange, req: Request, res: Response): void {
  const found = audit.read({ ...range, limit: range.limit + 1 });
  const shown = found.slice(0, range.limit);
  const last = found.length > range.limit ? shown.at(-1) : undefined;
  const next = last && auditCursorAfter(last);
  const headers = { ...NO_STORE, ...nextLink(req.originalUrl, next) };
  if (req.format === 'html') {
    const formats = formatLinks(req, AUDIT_FORMATS, undefined, () => EXPORT_PARAMETERS);
    const page = { entries: shown.map(entryView), formats, next };
    sendHtml(res, 200, auditPage({ ...viewOf(req), ...page, errors: [] }), headers);
    return;
  }
  const entries = shown.map(sentEntry).join(',');
  sendJson(res, 200, `{"entries":[${entries}],"next":${JSON.stringify(next ?? null)}}`, headers);
}

function viewOf({ originalUrl }: Request) {
  return { actions: ACTION_LABELS, url: new PageUrl(originalUrl) };
}

async function sendAll(
  context: AppContext,
  writer: ExportWriter,
  range: AuditRange,
  req: Request,
  res: Response,
): Promise<void> {
  req.audit.exports();
  const view = {
    title: 'Audit log',
    origin: req.origin,
    url: `${req.origin}${req.originalUrl}`,
    asOf: undefined,
    columns: AUDIT_COLUMNS,
    parse: JSON.parse,
  };
  const texts = writeExport(writer, view, entryPages(context.audit, range));
  await sendStream(context, req, res, contentTypeOf(req.format), texts, NO_STORE);
}

/** Yields the entries that there are now. Other requests are answered in between. */
async function* entryPages(
  audit: AuditLog,
  { limit: _limit, ...range }: AuditRange,
): AsyncGenerator<readonly string[]> {
  const [newest] = audit.read({ order: 'desc', limit: 1 });
  let { after } = range;
  for (;;) {
    const page = audit.read({ ...range, limit: EXPORT_PAGE_ENTRIES, after });
    const present = page.filter(({ number }) => number <= (newest?.number ?? 0));
    yield present.map(sentEntry);
    if (page.length < EXPORT_PAGE_ENTRIES || present.length < page.length) return;
    after = page.at(-1)?.number;
    await setImmediate();
  }
}
