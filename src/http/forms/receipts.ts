import { previewRecorded } from '../../append/preview.ts';
import { readRecordEvents } from '../../append/read-record.ts';
import { findCurationType } from '../../domain/event-types/registry.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { evolveRecord } from '../../domain/record/record.ts';
import { emptyRecord } from '../../domain/record/record-version.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { receiptPage } from '../../web/forms/receipt-page.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { unknownEvent } from '../protocol/problems.ts';
import { describeCuration } from './describe-curation.ts';
import { NO_CACHE } from './form-handler.ts';
import type { Previewed } from './opened-form.ts';
import { previewOf } from './submit.ts';

/** `GET /record/receipts/{id}`: the event that a form has added, as its preview showed it. */
export async function showReceipt(
  context: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const event = await context.store.readEvent(req.params.id.toLowerCase());
  if (event === undefined) return sendProblem(res, unknownEvent());
  const recorded = await previewRecorded(context.store, event);
  const previewed: Previewed =
    findCurationType(event.type) === undefined
      ? { version: recorded?.versions[0] }
      : await curationMade(context, event);
  if (previewed.version === undefined) return sendProblem(res, unknownEvent());
  const preview = previewOf(context, previewed, recorded?.warnings ?? []);
  if (preview === undefined) return sendProblem(res, unknownEvent());
  sendHtml(res, 200, receiptPage(decodeEvent(event), preview), NO_CACHE);
}

/** Describes what an event changed when it was recorded. */
async function curationMade({ store }: AppContext, event: RecordedEvent): Promise<Previewed> {
  const record = await readRecordEvents(store, event.stream);
  const before = record
    .filter(({ revision }) => revision < event.revision)
    .map(decodeEvent)
    .reduce(evolveRecord, emptyRecord(event.stream));
  return describeCuration(before, decodeEvent(event));
}
