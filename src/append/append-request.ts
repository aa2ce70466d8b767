import { type ParsedEvent, parseEvent } from '../domain/events/parse.ts';
import type { FieldError } from '../domain/fields/field-error.ts';
import { limits } from '../domain/values/limits.ts';

/** Maximum number of events in one append. */
export const EVENTS_PER_APPEND_MAX = 500;

/** A well-formed event with its id, not yet validated against its record. */
export interface PendingEvent {
  readonly id: string;
  readonly event: ParsedEvent;
  readonly actor: string;
  /** Prefix of error pointers: `''`, or `/index` in an array. */
  readonly pointer: string;
  readonly imported?: ImportedEvent;
}

/** An event as another log stores it. It is checked like a new one and stored unchanged. */
export interface ImportedEvent {
  readonly revision: number;
  readonly recordedAt: string;
  readonly metadata: string;
  readonly content: string;
  readonly salt?: string | undefined;
  readonly commitment?: string | undefined;
  /** True if it has no content any more. Then it cannot be checked, and `event` has what is left. */
  readonly isRedacted: boolean;
}

/** Events for one stream, appended together or not at all. */
export interface AppendRequest {
  readonly stream: string;
  readonly events: readonly [PendingEvent, ...PendingEvent[]];
}

export type ParsedAppendRequest =
  | { readonly outcome: 'parsed'; readonly request: AppendRequest }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldError[] };

/** Parses one event or an array of events. Error pointers into an array begin with the index. */
export function parseAppendRequest(input: unknown, actor: string, newId: () => string): ParsedAppendRequest {
  return parseEach(input, (sent, pointer) => {
    const parsed = parseEvent(sent);
    if (parsed.outcome === 'refused')
      return { outcome: 'invalid', errors: prefixPointers(parsed.errors, pointer) };
    const { event } = parsed;
    return { outcome: 'parsed', event: { id: event.id ?? newId(), event, actor, pointer } };
  });
}

export type ParsedPendingEvent =
  | { readonly outcome: 'parsed'; readonly event: PendingEvent }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldError[] };

/** Parses each event by `parse` and checks that all of them are for one stream and have different ids. */
export function parseEach(
  input: unknown,
  parse: (sent: unknown, pointer: string) => ParsedPendingEvent,
): ParsedAppendRequest {
  const sent: readonly unknown[] = Array.isArray(input) ? input : [input];
  const sizeErrors = wrongSize(sent.length);
  if (sizeErrors.length > 0) return { outcome: 'invalid', errors: sizeErrors };
  const events: PendingEvent[] = [];
  const errors: FieldError[] = [];
  sent.forEach((each, index) => {
    const outcome = parse(each, Array.isArray(input) ? `/${index}` : '');
    if (outcome.outcome === 'parsed') events.push(outcome.event);
    else errors.push(...outcome.errors);
  });
  const [first, ...others] = events;
  if (first === undefined || errors.length > 0) {
    return { outcome: 'invalid', errors: errors.slice(0, limits.errorsMax) };
  }
  return requestForOneStream([first, ...others]);
}

/** Prepends `pointer` to the pointers of the errors. */
export function prefixPointers(errors: readonly FieldError[], pointer: string): readonly FieldError[] {
  return pointer === '' ? errors : errors.map((error) => ({ ...error, pointer: pointer + error.pointer }));
}

function requestForOneStream(events: readonly [PendingEvent, ...PendingEvent[]]): ParsedAppendRequest {
  const stream = streamOf(events[0]);
  const errors = [...strayEvents(events, stream), ...repeatedIds(events)];
  if (errors.length > 0) return { outcome: 'invalid', errors: errors.slice(0, limits.errorsMax) };
  return { outcome: 'parsed', request: { stream, events } };
}

/** An event without a stream opens a new record, named after its id. */
function streamOf({ id, event }: PendingEvent): string {
  return event.stream ?? `${event.category}-${id}`;
}

function strayEvents(events: readonly PendingEvent[], stream: string): readonly FieldError[] {
  const detail = 'All events of an array must name the same stream.';
  return events
    .filter((event) => streamOf(event) !== stream)
    .map(({ pointer }) => ({ pointer: `${pointer}/stream`, code: 'invalid-stream', detail }));
}

function repeatedIds(events: readonly PendingEvent[]): readonly FieldError[] {
  if (events.length === 1) return [];
  const seen = new Set<string>();
  const detail = 'An earlier event of the array has this id.';
  return events
    .filter(({ id }) => seen.size === seen.add(id).size)
    .map(({ pointer }) => ({ pointer: `${pointer}/id`, code: 'invalid-id', detail }));
}

function wrongSize(count: number): readonly FieldError[] {
  if (count === 0)
    return [{ pointer: '', code: 'too-few', detail: 'An array must contain at least one event.' }];
  if (count <= EVENTS_PER_APPEND_MAX) return [];
  const detail = `At most ${EVENTS_PER_APPEND_MAX} events can be appended together. Send more as application/x-ndjson.`;
  return [{ pointer: '', code: 'too-many', detail }];
}
