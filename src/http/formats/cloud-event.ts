import { decodeEvent } from '../../domain/events/event.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { streamUrl } from '../../web/text/url.ts';

/**
 * One event in the structured mode of CloudEvents 1.0, in the form that `POST /events` takes. What the log has given it
 * is in extension attributes.
 */
export function cloudEvent(recorded: RecordedEvent, origin: string): string {
  const event = decodeEvent(recorded);
  const { id, type, stream, recordedAt, actor, revision, correlationId, causationId } = event;
  const { occurred, data, sources } = event;
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: `${origin}${streamUrl(stream)}`,
    type: `chancery.${type}`,
    subject: stream,
    time: recordedAt,
    datacontenttype: 'application/json',
    actor,
    position: event.position,
    revision,
    correlationid: correlationId,
    causationid: causationId,
    data: { occurred, data, sources },
  });
}
