import { readRecordEvents } from '../../append/read-record.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { headline } from '../../domain/record/summary.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { curationTitle } from '../../web/pages/event-page.ts';
import { eventUrl, streamUrl } from '../../web/text/url.ts';
import { sendCitation } from '../protocol/citation-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { unknownEvent, unknownStream } from '../protocol/problems.ts';
import { readEventHistory } from './read-event-history.ts';

/** `GET /events/{id}` as a citation: its current headline, as of the last event of its record. */
export async function citeEvent(
  context: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const found = await readEventHistory(context, req.params.id);
  if (found === undefined) return sendProblem(res, unknownEvent());
  const { event, record, history } = found;
  const version = history.state.versions.get(event.id);
  const title = version === undefined ? curationTitle(decodeEvent(event)) : headline(version);
  sendCitation({ title, url: `${req.origin}${eventUrl(event.id)}`, asOf: recordState(record) }, req, res);
}

/** `GET /streams/{stream}` as a citation, as of its last event. */
export async function citeRecord(
  { store, tree }: AppContext,
  req: Request<{ stream: string }>,
  res: Response,
): Promise<void> {
  const { stream } = req.params;
  const record = await readRecordEvents(store, stream);
  tree.requireUnaltered(record);
  if (record.length === 0) return sendProblem(res, unknownStream());
  sendCitation(
    { title: stream, url: `${req.origin}${streamUrl(stream)}`, asOf: recordState(record) },
    req,
    res,
  );
}

/** Returns the last event of a record, which names its state. */
export function recordState(record: readonly RecordedEvent[]) {
  const last = record.at(-1);
  return last && { instant: last.recordedAt, position: last.position };
}
