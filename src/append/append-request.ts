import { type ParsedEvent, parseEvent } from '../domain/events/parse.ts';
import type { FieldError } from '../domain/fields/field-error.ts';
import { limits } from '../domain/values/limits.ts';

/** Most events of one append. */
export const EVENTS_PER_APPEND_MAX = 500;

/** An event that is well formed and has its id, not yet held against its record. */
export interface PendingEvent {
  readonly id: string;
  readonly event: ParsedEvent;
  readonly actor: string;
  /** Laid before the pointers of errors: where the event stands in what was sent. */
  readonly pointer: string;
  readonly restored?: ImportedEvent;
}

/** What another log holds of an event. It is checked as if it were sent now, and stored as it is. */
export interface ImportedEvent {
  readonly revision: number;
  readonly recordedAt: string;
  readonly metadata: string;
  readonly content: string;
}

/** Events for one stream, to be appended together or not at all. */
export interface AppendRequest {
  readonly stream: string;
  readonly events: readonly [PendingEvent, ...PendingEvent[]];
}

export type ParsedAppendRequest =
  | { readonly outcome: 'drafted'; readonly submission: AppendRequest }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldError[] };

/** Reads one event or an array of events, as sent; pointers into an array begin with the index. */
export function parseAppendRequest(input: unknown, actor: string, newId: () => string): ParsedAppendRequest {
  return parseEach(input, (sent, pointer) => {
    const parsed = parseEvent(sent);
    if (parsed.outcome === 'refused')
      return { outcome: 'invalid', errors: prefixPointers(parsed.errors, pointer) };
    const { event } = parsed;
    return { outcome: 'drafted', draft: { id: event.id ?? newId(), event, actor, pointer } };
  });
}

export type ParsedPendingEvent =
  | { readonly outcome: 'drafted'; readonly draft: PendingEvent }
  | { readonly outcome: 'invalid'; readonly errors: readonly FieldError[] };

/** Drafts what was sent with the same hand, be it one or an array, and sees to it that it is for one stream. */
export function parseEach(
  input: unknown,
  draft: (sent: unknown, pointer: string) => ParsedPendingEvent,
): ParsedAppendRequest {
  const sent: readonly unknown[] = Array.isArray(input) ? input : [input];
  const sizeErrors = wrongSize(sent.length);
  if (sizeErrors.length > 0) return { outcome: 'invalid', errors: sizeErrors };
  const drafts: PendingEvent[] = [];
  const errors: FieldError[] = [];
  sent.forEach((each, index) => {
    const outcome = draft(each, Array.isArray(input) ? `/${index}` : '');
    if (outcome.outcome === 'drafted') drafts.push(outcome.draft);
    else errors.push(...outcome.errors);
  });
  const [first, ...others] = drafts;
  if (first === undefined || errors.length > 0) {
    return { outcome: 'invalid', errors: errors.slice(0, limits.errorsMax) };
  }
  return forOneStream([first, ...others]);
}

/** The errors as they read for whoever sent more than this one event. */
export function prefixPointers(errors: readonly FieldError[], pointer: string): readonly FieldError[] {
  return pointer === '' ? errors : errors.map((error) => ({ ...error, pointer: pointer + error.pointer }));
}

function forOneStream(drafts: readonly [PendingEvent, ...PendingEvent[]]): ParsedAppendRequest {
  const stream = streamOf(drafts[0]);
  const errors = [...strays(drafts, stream), ...repeatedIds(drafts)];
  if (errors.length > 0) return { outcome: 'invalid', errors: errors.slice(0, limits.errorsMax) };
  return { outcome: 'drafted', submission: { stream, events: drafts } };
}

/** Without a stream of its own an event opens a new record, named for it. */
function streamOf({ id, event }: PendingEvent): string {
  return event.stream ?? `${event.category}-${id}`;
}

function strays(drafts: readonly PendingEvent[], stream: string): readonly FieldError[] {
  const detail = 'The events of an array go onto one stream: name the same one in each.';
  return drafts
    .filter((draft) => streamOf(draft) !== stream)
    .map(({ pointer }) => ({ pointer: `${pointer}/stream`, code: 'invalid-stream', detail }));
}

function repeatedIds(drafts: readonly PendingEvent[]): readonly FieldError[] {
  if (drafts.length === 1) return [];
  const seen = new Set<string>();
  const detail = 'An event before it in the array has this id.';
  return drafts
    .filter(({ id }) => seen.size === seen.add(id).size)
    .map(({ pointer }) => ({ pointer: `${pointer}/id`, code: 'invalid-id', detail }));
}

function wrongSize(count: number): readonly FieldError[] {
  if (count === 0) return [{ pointer: '', code: 'too-few', detail: 'An array holds one event or more.' }];
  if (count <= EVENTS_PER_APPEND_MAX) return [];
  const detail = `At most ${EVENTS_PER_APPEND_MAX} events are taken together; send more as application/x-ndjson.`;
  return [{ pointer: '', code: 'too-many', detail }];
}
