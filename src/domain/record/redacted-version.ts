import { contentRedacted } from '../event-types/redaction.ts';
import { isObject, type JsonObject, type JsonValue } from '../values/json.ts';
import type { RecordVersion } from './record-version.ts';
import { rolesByCountry } from './summary.ts';

/* What is left of a version, or of a payload, after content was removed. */

/** Returns how a version differs when all content or one statement of it is removed. */
export function redactedParts(version: RecordVersion, statement: string | undefined): Partial<RecordVersion> {
  const changes =
    statement === undefined
      ? {
          type: contentRedacted.name,
          data: { type: version.type, countries: countryRolesOf(version) },
          sources: [],
          opening: undefined,
        }
      : { data: statementsLeft(version.data as unknown as JsonObject, statement) };
  return changes as unknown as Partial<RecordVersion>;
}

/** Returns pairs of a code and a role. */
export function countryRolesOf(version: RecordVersion): JsonValue {
  return [...rolesByCountry(version)].flatMap(([code, roles]) => roles.map((role) => [code, role]));
}

export function statementsIn(payload: JsonValue | undefined): readonly JsonValue[] {
  const statements = payload !== undefined && isObject(payload) ? payload['statements'] : undefined;
  return Array.isArray(statements) ? statements : [];
}

/** Returns the payload without the statement. */
export function statementsLeft<Payload extends JsonObject>(payload: Payload, key: string): Payload {
  const statements = statementsIn(payload).filter(
    (statement) => !isObject(statement) || statement['key'] !== key,
  );
  return { ...payload, statements };
}
