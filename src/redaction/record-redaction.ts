import { readRecordEvents } from '../append/read-record.ts';
import type { Recorder } from '../append/recorder.ts';
import { contentJson, metadataJson } from '../append/serialize.ts';
import { eventRedacted } from '../domain/event-types/redaction.ts';
import { planRedaction, type RedactionPlan } from '../domain/record/plan-redaction.ts';
import type { EventLookup, NewEvent, RecordedEvent } from '../event-store/event-store.ts';
import type { LogRedaction, RedactableLog, RedactedContent } from '../event-store/redaction.ts';
import { commitmentOf, commitmentTo } from '../integrity/leaf.ts';
import type { RedactionRequest } from './redaction-store.ts';

export interface RecordingParts {
  readonly log: Pick<EventLookup, 'readStream' | 'readEvent'>;
  readonly redactable: RedactableLog;
  readonly recorder: Pick<Recorder, 'exclusively'>;
  readonly clock: () => Date;
  /** Returns 16 random bytes in base64url. */
  readonly newSalt: () => string;
}

export type RedactionOutcome =
  /** `events` are the ids of the events that lost content. */
  | { readonly outcome: 'recorded'; readonly events: readonly string[] }
  | Exclude<RedactionPlan, { outcome: 'planned' }>;

/** Another process may append to the record between the read and the append. */
const ATTEMPTS_MAX = 8;

/** Removes content from the log and records that, unless that was done before. Throws what the log throws. */
export function recordRedaction(parts: RecordingParts, request: RedactionRequest): Promise<RedactionOutcome> {
  const { log, redactable, recorder } = parts;
  return recorder.exclusively(request.stream, async () => {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const known = await log.readEvent(request.id);
      if (known !== undefined) return { outcome: 'recorded', events: redactedIn(known) };
      const record = await readRecordEvents(log, request.stream);
      const plan = planRedaction(record, {
        id: request.id,
        redacts: request.event,
        statement: request.statement,
      });
      if (plan.outcome !== 'planned') return plan;
      const { outcome } = await redactable.redact(logRedaction(parts, request, record, plan.left));
      if (outcome === 'appended') return { outcome: 'recorded', events: [...plan.left.keys()] };
    }
    throw new Error(`Other writers kept appending to ${request.stream}.`);
  });
}

function redactedIn({ content }: RecordedEvent): readonly string[] {
  const { data } = JSON.parse(content) as { data: { redacted: readonly { readonly event: string }[] } };
  return data.redacted.map(({ event }) => event);
}

function logRedaction(
  { clock, newSalt }: Pick<RecordingParts, 'clock' | 'newSalt'>,
  request: RedactionRequest,
  record: readonly RecordedEvent[],
  left: ReadonlyMap<string, string>,
): LogRedaction {
  const contents = record.flatMap((event): RedactedContent[] => {
    const content = left.get(event.id);
    if (content === undefined) return [];
    return [{ id: event.id, content, salt: newSalt(), commitment: commitmentOf(event) }];
  });
  const last = record.at(-1);
  if (last === undefined) throw new Error(`The record ${request.stream} has no events.`);
  const event = redactionEvent(request, contents, { now: clock().toISOString(), salt: newSalt() });
  return { stream: request.stream, expected: last.revision, event, contents };
}

/** The order or request is the only source of the event. */
function redactionEvent(
  { id, event, statement, ground, basis, askedBy, settledBy }: RedactionRequest,
  contents: readonly RedactedContent[],
  { now, salt }: { readonly now: string; readonly salt: string },
): NewEvent {
  const data = {
    redacts: event,
    ...(statement !== undefined && { statement }),
    ground,
    basis,
    ...(settledBy !== undefined && { confirmedBy: settledBy }),
    redacted: contents.map((left) => ({ event: left.id, left: commitmentTo(left) })),
  };
  const { name: type, version: schemaVersion } = eventRedacted;
  return {
    id,
    type,
    metadata: metadataJson({ actor: askedBy, schemaVersion }),
    content: contentJson({ data, occurred: now.slice(0, 10), sources: [{ outlet: basis }] }),
    salt,
  };
}
