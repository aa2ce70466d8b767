import { readRecordEvents } from '../../append/read-record.ts';
import { type DomainEvent, decodeEvent } from '../../domain/events/event.ts';
import { historyOf } from '../../domain/record/history.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import type { AppContext } from '../protocol/context.ts';
import { inboundLinksOf } from './inbound-links.ts';

/** An event with its record, and what became of it. */
export interface ReadEvent {
  readonly event: RecordedEvent;
  readonly record: readonly RecordedEvent[];
  readonly events: readonly DomainEvent[];
  readonly history: ReturnType<typeof historyOf>;
}

/** Returns undefined if there is no event with this id. */
export async function readEventHistory(
  context: Pick<AppContext, 'store' | 'tree' | 'projections'>,
  id: string,
): Promise<ReadEvent | undefined> {
  const event = await context.store.readEvent(id.toLowerCase());
  if (event === undefined) return undefined;
  const record = await readRecordEvents(context.store, event.stream);
  context.tree.requireUnaltered([event, ...record]);
  const events = record.map(decodeEvent);
  const inbound = inboundLinksOf(context, event.stream, events);
  return { event, record, events, history: historyOf(event.id, event.stream, events, inbound) };
}
