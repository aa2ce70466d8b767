import type { ContentEventType } from '../event-types/define-event-type.ts';
import { findContentType } from '../event-types/registry.ts';
import type { Role } from '../fields/role.ts';
import type { RecordVersion } from './record-version.ts';

/* How a version of a type that inherits reads together with the record's first event. */

export function typeOf(version: RecordVersion): ContentEventType {
  const type = findContentType(version.type);
  if (type === undefined) throw new TypeError(`Unknown event type: ${version.type}`);
  return type;
}

/** Returns the payload over that of the first event, for types that inherit. */
export function detailsOf(version: RecordVersion): RecordVersion['data'] {
  const { opening, data } = version;
  if (opening === undefined) return data;
  const { ownFields } = typeOf(version);
  if (ownFields === undefined) return { ...opening.data, ...data };
  const inherited = Object.entries(opening.data).filter(([name]) => !ownFields.includes(name));
  return { ...Object.fromEntries(inherited), ...data } as RecordVersion['data'];
}

export function withOpening(version: RecordVersion): readonly RecordVersion[] {
  return version.opening === undefined ? [version] : [version.opening, version];
}

/** True for a step that concerns only some of those whom the record's first event concerns. */
export function isPartial(version: RecordVersion): boolean {
  const { opening, data } = version;
  return opening !== undefined && typeOf(version).isPartial?.(data, opening.data) === true;
}

interface Part {
  readonly type: ContentEventType;
  readonly data: RecordVersion['data'];
  /** The roles that countries have by this payload; all if undefined. */
  readonly roles: readonly Role[] | undefined;
}

/**
 * Returns the payloads that say which countries and actors the version has. A step that concerns some of a record's
 * countries has only those.
 */
export function partsOf(version: RecordVersion): readonly Part[] {
  const type = typeOf(version);
  if (isPartial(version)) return [{ type, data: detailsOf(version), roles: undefined }];
  return withOpening(version).map((part) => ({
    type: typeOf(part),
    data: part.data,
    roles: part === version ? undefined : type.inheritedRoles,
  }));
}
