import type { EventMetadata, RedactedPart } from '../domain/events/event.ts';
import type { Verbatim } from '../domain/events/normalise.ts';
import type { ParsedEvent } from '../domain/events/parse.ts';
import { canonicalJson, type JsonValue } from '../domain/values/json.ts';

type Content = Pick<ParsedEvent, 'data' | 'occurred' | 'sources'> & {
  readonly verbatim?: Verbatim | undefined;
  readonly redacted?: readonly RedactedPart[] | undefined;
};

/** Serialises the content. Two events are the same if their type, stream and content are equal. */
export function contentJson(event: Content): string {
  const { data, occurred, redacted, sources, verbatim } = event;
  return canonicalJson({ data, occurred, redacted, sources, verbatim } as unknown as JsonValue);
}

/** Serialises the metadata. */
export function metadataJson(event: EventMetadata): string {
  const { actor, schemaVersion, correctedSchemaVersion, linkedStream, correlationId, causationId } = event;
  const metadata = { actor, schemaVersion, correctedSchemaVersion, linkedStream, correlationId, causationId };
  return canonicalJson(metadata as JsonValue);
}
