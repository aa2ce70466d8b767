import { z } from 'zod';
import { EVENTS_PER_APPEND_MAX } from '../../append/append-request.ts';
import { source } from '../../domain/fields/source.ts';
import { links, next, redactions, status } from './shared.ts';

const place = {
  id: z.string().meta({ description: 'UUID.' }),
  type: z.string(),
  stream: z.string().meta({ description: 'Name of the record.' }),
  revision: z.int().meta({ description: 'Place in the record, from 0.' }),
};

const recorded = {
  position: z.string().meta({ description: 'Place in the log. Opaque: compare for equality only.' }),
  recordedAt: z.string().meta({ description: 'RFC 3339.' }),
};

export const recordedEvent = z
  .object({
    ...place,
    ...recorded,
    actor: z.string().meta({ description: 'Who recorded it.' }),
    schemaVersion: z.int(),
    recordedSchemaVersion: z.int().exactOptional(),
    correctedSchemaVersion: z.int().exactOptional(),
    linkedStream: z.string().exactOptional(),
    correlationId: z.string().exactOptional(),
    causationId: z.string().exactOptional(),
    data: z
      .record(z.string(), z.unknown())
      .meta({ description: 'The payload, by type: see `/schemas/{type}`. Names are replaced by codes.' }),
    occurred: z.string().meta({ description: 'EDTF.' }),
    sources: z.array(source),
    verbatim: z
      .record(z.string(), z.string())
      .meta({ description: 'JSON pointer → text as sent, where a code replaced it.' })
      .exactOptional(),
    redacted: z
      .array(z.object({ by: z.string(), statement: z.string().exactOptional() }))
      .meta({ description: 'What was removed by law, with the ids of the `EventRedacted` events.' })
      .exactOptional(),
  })
  .meta({ id: 'RecordedEvent', description: 'An event as it was recorded.' });

export const eventListAnswer = z
  .object({
    events: z.array(recordedEvent),
    next,
    cursor: z
      .string()
      .nullable()
      .meta({ description: '`cursor` of what follows, also on the last page; null while there is nothing.' }),
  })
  .meta({ id: 'EventPage' });

const fieldChange = z.object({
  pointer: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});

const historyVersion = z.object({
  version: z.int(),
  status,
  occurred: z.string(),
  data: z.record(z.string(), z.unknown()),
  sources: z.int(),
  by: z.object({ event: z.string(), type: z.string(), ...recorded, actor: z.string() }),
  reason: z.string().exactOptional(),
  kind: z.string().exactOptional(),
  changes: z.array(fieldChange),
});

export const eventAnswer = z
  .object({
    event: recordedEvent,
    status,
    versions: z.int(),
    sources: z.array(source).exactOptional(),
    links,
    redactions: redactions.exactOptional(),
    history: z.array(historyVersion).exactOptional(),
    corrections: z.array(recordedEvent),
  })
  .meta({ id: 'EventHistory', description: 'An event, its current version, and what changed it.' });

export const streamAnswer = z
  .object({
    stream: z.string(),
    revision: z.int().meta({ description: 'Of the last event.' }),
    links,
    events: z.array(recordedEvent),
    next,
  })
  .meta({ id: 'StreamPage', description: 'A record.' });

const warning = z
  .object({ code: z.string(), detail: z.string(), pointer: z.string().exactOptional() })
  .meta({ id: 'Warning', description: 'Something that was accepted but deserves a second look.' });

const warnings = z.array(warning);

export const appendAnswer = z
  .object({ events: z.array(z.object({ ...place, ...recorded })), warnings })
  .meta({ id: 'Appended' });

const previewed = z.object({ ...place, ...z.object(recorded).partial().shape });

export const dryRunAnswer = z
  .object({ dryRun: z.literal(true), events: z.array(previewed), warnings })
  .meta({ id: 'DryRunAccepted', description: 'What the append would record.' });

export const batchAnswer = z
  .object({
    dryRun: z.literal(true).exactOptional(),
    outcomes: z.array(
      z.object({
        index: z.int(),
        status: z.int().meta({ description: 'That of an append of this event alone.' }),
        id: z.string(),
        position: z.string().exactOptional(),
        warnings,
      }),
    ),
  })
  .meta({ id: 'BatchAppended', description: 'What became of each event of a batch.' });

/** @param event the schema of one event as clients send it */
export function appendBody(event: z.ZodType): z.ZodType {
  return z.union([event, z.array(event).min(1).max(EVENTS_PER_APPEND_MAX)]);
}
