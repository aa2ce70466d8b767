import type { OutgoingHttpHeaders } from 'node:http';
import { PAUSE_S, ProviderUnavailableError } from '../../access/oidc/provider-unavailable-error.ts';
import { RefusedSignInError } from '../../access/oidc/refused-sign-in-error.ts';
import { RefusedTokenError } from '../../access/oidc/refused-token-error.ts';
import { PERMISSIONS, type Permission } from '../../access/permissions.ts';
import { CsvFormatError } from '../../append/csv/csv-format-error.ts';
import { GzipError } from '../../append/gunzip.ts';
import type { JsonError } from '../../append/json/strict-json.ts';
import type { RecordOutcome } from '../../append/recorder.ts';
import { type CountryCode, type CountryOutcome, countryName } from '../../domain/countries/countries.ts';
import { resolveTopic } from '../../domain/fields/topic.ts';
import {
  AppendTooLargeError,
  type RecordedEvent,
  StoreBusyError,
  StoreFailedError,
  StoreFullError,
  StoreUnavailableError,
  UnknownPositionError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import { EventRemovedError } from '../../event-store/removals.ts';
import { FeedError } from '../../inbox/feed-error.ts';
import { countryUrl } from '../../web/text/url.ts';
import { FORMATS, type FormatName, urlInFormat } from './formats.ts';
import { MultipartError } from './multipart.ts';
import { NO_STORE } from './private-response.ts';
import { PROBLEM_TYPES, type ProblemCode } from './problem-types.ts';
import type { ParameterError } from './query.ts';
import { RefusedSecretError } from './refused-secret-error.ts';
import { ForwardingError } from './requester.ts';

/** A problem before it is sent. This file holds the texts that more than one handler needs. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail?: string;
  /** Extension members (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: OutgoingHttpHeaders;
}

export function statusOf({ code }: Problem): number {
  return PROBLEM_TYPES[code].status;
}

/** The statuses of a successful append, and of a dry run that accepts. */
export const APPENDED_STATUS = { recorded: 201, corrected: 201, repeated: 200, accepted: 200 } as const;

type RefusedAppend = Exclude<RecordOutcome, { outcome: keyof typeof APPENDED_STATUS }>;

/** Sent with problems that usually pass within a second. */
export const RETRY_SOON = { 'Retry-After': '1' } as const;

export function problemOfRefusal(refusal: RefusedAppend): Problem {
  switch (refusal.outcome) {
    case 'invalid':
      return { code: 'invalid-event', members: { errors: refusal.errors } };
    case 'not-found':
      return { code: 'unknown-record', members: { errors: refusal.errors } };
    case 'conflict':
      return { code: 'record-conflict', members: { errors: refusal.errors } };
    case 'id-taken':
      return { code: 'id-taken', members: { id: refusal.id } };
    case 'content-redacted':
      return { code: 'content-redacted', detail: NOT_AGAIN, members: { id: refusal.id } };
    case 'wrong-revision':
      return { code: 'precondition-failed', members: { stream: refusal.stream, actual: refusal.actual } };
    case 'contended':
      return { code: 'stream-contended', members: { stream: refusal.stream }, headers: RETRY_SOON };
    case 'forbidden': {
      const { detail, pointer, permission } = refusal;
      return { code: 'not-permitted', detail, members: { permission, pointer }, headers: NO_STORE };
    }
    case 'recorded-at-out-of-order':
      return { code: 'recorded-at-out-of-order', members: { last: refusal.last } };
  }
}

const NOT_AGAIN = 'The event with this id had content that was removed by law. It is not recorded again.';

const RECORDS_SHOWN_MAX = 100;

const LOG_FAILED: Problem = {
  code: 'log-failed',
  detail:
    'It is unknown whether the events were recorded. Send them again with the same ids when the server is back: ' +
    'what was recorded is not recorded twice.',
};

/** Maps an exception to a problem. Unexpected exceptions become `internal-error`, which reveals nothing about them. */
export function problemOfException(error: unknown): Problem {
  if (error instanceof StoreFullError) return { code: 'log-full' };
  if (error instanceof StoreBusyError)
    return { code: 'log-busy', detail: error.message, headers: RETRY_SOON };
  if (error instanceof StoreUnavailableError) return { code: 'log-unavailable', headers: RETRY_SOON };
  if (error instanceof AppendTooLargeError) return { code: 'too-large', detail: error.message };
  if (error instanceof StoreFailedError) return LOG_FAILED;
  if (error instanceof EventRemovedError) return { code: 'record-removed', detail: error.message };
  if (error instanceof UnreadableEventError) return { code: 'unreadable-event', detail: error.message };
  if (error instanceof UnknownPositionError) return { code: 'invalid-query', detail: error.message };
  if (error instanceof GzipError) {
    return { code: 'malformed-gzip', detail: `The body cannot be decompressed: ${error.message}.` };
  }
  if (error instanceof FeedError) return { code: 'malformed-feed', detail: error.message };
  if (error instanceof MultipartError) return { code: 'malformed-multipart', detail: error.message };
  if (error instanceof CsvFormatError) return { code: 'invalid-csv', detail: error.message };
  if (error instanceof RefusedSecretError) return refusedSecret(error);
  if (error instanceof RefusedTokenError) {
    return { code: 'invalid-token', detail: error.message, headers: INVALID_TOKEN };
  }
  if (error instanceof RefusedSignInError) {
    return { code: 'sign-in-failed', detail: error.message, headers: NO_STORE };
  }
  if (error instanceof ProviderUnavailableError) return PROVIDER_UNAVAILABLE;
  if (error instanceof URIError) return { code: 'invalid-path' };
  if (error instanceof ForwardingError) return { code: 'malformed-request', detail: error.message };
  return { code: 'internal-error' };
}

const INVALID_TOKEN = {
  ...NO_STORE,
  'WWW-Authenticate': 'Bearer realm="Chancery", error="invalid_token"',
} as const;

const PROVIDER_UNAVAILABLE: Problem = {
  code: 'identity-provider-unavailable',
  headers: { ...NO_STORE, 'Retry-After': String(PAUSE_S) },
};

export const AUTHENTICATION_REQUIRED: Problem = {
  code: 'authentication-required',
  headers: { ...NO_STORE, 'WWW-Authenticate': 'Bearer realm="Chancery"' },
};

function refusedSecret({ blockedForS }: RefusedSecretError): Problem {
  if (blockedForS !== undefined) {
    return { code: 'too-many-wrong-keys', headers: { ...NO_STORE, 'Retry-After': String(blockedForS) } };
  }
  return { code: 'invalid-key', headers: INVALID_TOKEN };
}

/** @param permission that is missing */
export function notPermitted(permission: Permission): Problem {
  const detail = `The permission ${permission} is missing: ${PERMISSIONS[permission]}`;
  return { code: 'not-permitted', detail, members: { permission }, headers: NO_STORE };
}

export function problemOfJsonError({ code, detail, pointer, offset, line, column }: JsonError): Problem {
  return { code: 'malformed-json', members: { errors: [{ pointer, code, detail, offset, line, column }] } };
}

export function bodyTooLarge(bytesMax: number): Problem {
  return { code: 'too-large', detail: `The body may have at most ${bytesMax} bytes.` };
}

/** @param records that the tree lacks */
export function treeIncomplete(records: readonly string[]): Problem {
  const detail =
    'The tree lacks events that were removed on the server of the log before this process could read them. ' +
    'A process that read them has the whole tree.';
  return { code: 'tree-incomplete', detail, members: { records: records.slice(0, RECORDS_SHOWN_MAX) } };
}

/** The connection is closed, as the rest of the body may never arrive. */
export function bodyTooSlow(timeoutMs: number): Problem {
  const detail = `The body must arrive within ${timeoutMs / 1_000} seconds.`;
  return { code: 'request-timeout', detail, headers: { Connection: 'close' } };
}

/** The connection is closed, so that the rest of the body is not sent in vain. */
export const SERVER_BUSY: Problem = {
  code: 'server-busy',
  detail: 'Too many requests are being received at the same time. Nothing of this one was recorded.',
  headers: { ...RETRY_SOON, Connection: 'close' },
};

export function invalidQuery(errors: readonly ParameterError[]): Problem {
  return { code: 'invalid-query', members: { errors } };
}

/** @param formats those that the resource has */
export function notAcceptable(path: string, query: string, formats: readonly FormatName[]): Problem {
  const available = formats.map((name) => ({
    type: FORMATS[name].mediaType,
    url: urlInFormat(path, query, name),
  }));
  const detail = `The formats are ${available.map(({ type }) => type).join(', ')}.`;
  return { code: 'not-acceptable', detail, members: { formats: available } };
}

function invalidParameter(parameter: string, detail: string): Problem {
  return invalidQuery([{ parameter, code: 'invalid-value', detail }]);
}

/** @param reason continues “The cursor”, such as “is from another log” */
export function invalidCursor(reason: string): Problem {
  return invalidParameter('cursor', `The cursor ${reason}; start again at the first page.`);
}

export function invalidDatetime(): Problem {
  const detail = 'Accept-Datetime must be a date such as Mon, 13 Oct 2025 07:00:00 GMT.';
  return { code: 'invalid-datetime', detail };
}

export function noMementos(): Problem {
  return { code: 'no-mementos', detail: 'No event has changed this timeline, so it has no states to list.' };
}

/** What `cursor` has to be, in an error of the parameter. */
export const CURSOR_EXPECTED = 'Expected the cursor of a page of this list.';

/** @param parameter that contained a position, an instant or a cursor */
export function beyondLog(parameter: string, last: RecordedEvent | undefined): Problem {
  const detail =
    last === undefined
      ? 'The log has no events yet.'
      : `The log ends at ${last.position}, recorded at ${last.recordedAt}.`;
  return invalidQuery([{ parameter, code: 'beyond-log', detail }]);
}

/** @param parameter that contained a state token or a cursor */
export function anotherHistory(parameter: string): Problem {
  const detail =
    'It is of another log, or of a state that this log does not have, as an older backup of it was restored. ' +
    'Start again without it.';
  return invalidQuery([{ parameter, code: 'another-history', detail }]);
}

/** @param parameter that contained the position */
export function unknownPosition(parameter: string): Problem {
  const detail = 'Expected the position of an event of this log, as a timeline or a live update gave it.';
  return invalidParameter(parameter, detail);
}

/** @param host as the client or a proxy sent it */
export function unknownHost(host: string): Problem {
  const detail =
    `The request is for ${JSON.stringify(host)}. On the machine of the server, use localhost, 127.0.0.1 or [::1]; ` +
    'elsewhere the name of the server, which its operator sets in PUBLIC_URL or ALLOWED_HOSTS.';
  return { code: 'unknown-host', detail };
}

export function projectionBehind(position: string): Problem {
  return { code: 'projection-behind', members: { position }, headers: RETRY_SOON };
}

export function projectionBuilding(projection: string): Problem {
  return { code: 'projection-building', members: { projection }, headers: RETRY_SOON };
}

export function unknownProjection(known: readonly string[]): Problem {
  return { code: 'unknown-projection', detail: `The projections are ${known.join(', ')}.` };
}

export function unknownEvent(): Problem {
  return { code: 'unknown-record', detail: 'No event has this id.' };
}

export function unknownStream(): Problem {
  return { code: 'unknown-record', detail: 'No stream has this name.' };
}

export function unknownAgreement(): Problem {
  const detail = 'The log contains no event of this agreement, and no shipment that implements it.';
  return { code: 'unknown-record', detail };
}

export function unknownTopic(topic: string): Problem {
  const resolved = resolveTopic(topic);
  return { code: 'unknown-topic', ...(resolved.outcome === 'refused' && { detail: resolved.detail }) };
}

export function unknownActor(): Problem {
  const detail = 'No event names an actor with this key. Look up the name with /search?q=.';
  return { code: 'unknown-actor', detail };
}

export function unknownCountry(refused: Extract<CountryOutcome, { outcome: 'refused' }>): Problem {
  const candidates = refused.candidates.map((code) => ({ code, name: countryName(code) }));
  return { code: 'unknown-country', detail: refused.detail, members: { candidates } };
}

export function sameCountry(code: CountryCode): Problem {
  const detail = `Both are ${countryName(code)}; its timeline is ${countryUrl(code)}.`;
  return { code: 'same-country', detail };
}

/** Returns what is wrong with the query, if that is the problem. */
export function parameterErrors({ code, members }: Problem): readonly ParameterError[] {
  return code === 'invalid-query' ? ((members as { errors?: readonly ParameterError[] }).errors ?? []) : [];
}
