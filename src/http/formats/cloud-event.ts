import { envelopeJson } from '../../domain/events/event.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { streamUrl } from '../../web/text/url.ts';

/** One event in the structured mode of CloudEvents 1.0. Its data is the event as every read sends it, byte for byte. */
export function cloudEvent(event: RecordedEvent, origin: string): string {
  const attributes = {
    specversion: '1.0',
    id: event.id,
    source: `${origin}${streamUrl(event.stream)}`,
    type: `chancery.${event.type}`,
    subject: event.stream,
    time: event.recordedAt,
    datacontenttype: 'application/json',
  };
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${envelopeJson(event)}}`;
}
