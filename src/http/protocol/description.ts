import { z } from 'zod';
import type { Permission, RequiredPermission } from '../../access/permissions.ts';
import { FORMATS, type FormatName } from './formats.ts';
import type { QueryParameter } from './parameters.ts';
import type { ProblemCode } from './problem-types.ts';

/** What `/openapi.json` and `/docs/api` say about the URLs of a pattern. */
export interface RouteDescription {
  /** The parameters of the path, by their names in the pattern. */
  readonly path?: Readonly<Record<string, PathParameter>>;
  readonly get: EndpointDescription;
  readonly post?: EndpointDescription;
  readonly patch?: EndpointDescription;
  readonly delete?: EndpointDescription;
}

/** What they say about one method. HEAD is like GET. */
export interface EndpointDescription {
  /** Unique, in camel case, such as `listEvents`: the name of the function in generated clients. */
  readonly id: string;
  readonly area: Area;
  /** What a principal needs. The router refuses all others before the handler runs. */
  readonly permission: RequiredPermission;
  /** What a principal needs besides for a format. */
  readonly formatPermissions?: Partial<Record<FormatName, Permission>>;
  /** True if caches may answer everybody with the same response. */
  readonly isShared?: true;
  /** One line. */
  readonly summary: string;
  /** Markdown; what the summary does not say. */
  readonly description?: string;
  /** The query parameters. All others are refused. */
  readonly query?: readonly QueryParameter[];
  readonly requestHeaders?: readonly RequestHeader[];
  readonly body?: Content;
  /** A JSON body that works on every server. */
  readonly bodyExample?: object;
  /** Status → answer, of the answers that are no problems. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** The problems of this endpoint, besides those of every endpoint of its kind. */
  readonly problems?: readonly ProblemCode[];
  /** True if the representation has a strong entity tag, so that 304 and 412 are possible. */
  readonly isConditional?: true;
}

/** The sections of the reference. */
export const AREAS = {
  Events: 'Add events, read the log, its events and its records.',
  Timelines: 'What happened, by country, topic, relation, actor, statement and agreement.',
  Claims: 'Who affirms what, who denies it, who is silent, and what may contradict what.',
  'Live updates': 'How many entries of a timeline are new, as server-sent events.',
  Search: 'Find countries, topics and actors by name, and entries by what is said in them.',
  Inbox: 'Items of feeds, which a person records as events, or dismisses.',
  Subscriptions: 'Saved filters, whose matches are sent to webhooks.',
  Access: 'Sign in, and read feeds without a key.',
  Integrity: 'Proofs that the log only grows, and that an event is in it.',
  Removal: 'Removal of content by law, asked for by one administrator and confirmed by another.',
  Operations: 'Health, projections and rebuilds.',
  Forms: 'Pages for adding events by hand.',
  Documentation: 'This description, the manual, and the meaning of errors.',
} as const;

export type Area = keyof typeof AREAS;

export interface PathParameter {
  readonly description: string;
  /** A value that exists on a server with the sample history, or works on every server. Absent if there is none. */
  readonly example?: string;
}

export interface RequestHeader {
  readonly name: 'Accept-Datetime' | 'If-Match' | 'If-None-Match' | 'Last-Event-ID' | `ce-${string}`;
  readonly description: string;
}

/** Media type → schema of the body. Text that is not JSON has the schema of a string. */
export type Content = Readonly<Record<string, z.ZodType>>;

export interface Answer {
  readonly description?: string;
  /** Absent if there is no body. */
  readonly content?: Content;
  /** Besides the headers of every answer. */
  readonly headers?: readonly ResponseHeader[];
}

/** The headers that some answers have. */
export const RESPONSE_HEADERS = {
  Age: 'Seconds since the timelines became possibly stale; absent while they are kept up to date.',
  'Cache-Control': 'How long caches may keep the answer; `private` once the server has keys.',
  'Content-Location': 'The URL of the state that was chosen by `Accept-Datetime`.',
  ETag: 'Strong entity tag, for `If-None-Match`, and of a stream for `If-Match` of an append.',
  Link: 'The URL of the next page, `rel="next"`; absent on the last page.',
  'Memento-Datetime': 'When the last event of the state was recorded (RFC 7089).',
  'Set-Cookie': 'The session, which scripts cannot read.',
  Location: 'The URL of what the request made, or where the resource is.',
  Vary: 'The request headers that the representation depends on.',
  'X-Accel-Buffering': '`no`: a reverse proxy must not hold back events.',
} as const;

export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

const anyText = z.string();
/** Content that is described by the standard of its format. */
const anyContent = z.unknown();

export const jsonBody = (schema: z.ZodType): Content => ({ 'application/json': schema });

/** A body in a text format, such as `text/csv`. */
export const textBody = (mediaType: string): Content => ({ [mediaType]: anyText });

export const PAGE: Content = textBody('text/html');

/** For endpoints that read the log. */
export const LOG_PROBLEMS = ['log-busy', 'log-failed', 'log-unavailable', 'unreadable-event'] as const;

/** For endpoints that read a projection, in the present state or as of another. */
export const PROJECTION_PROBLEMS = [...LOG_PROBLEMS, 'projection-behind', 'projection-building'] as const;

/** For endpoints that append events. */
export const APPEND_PROBLEMS = [
  ...LOG_PROBLEMS,
  'invalid-event',
  'unknown-record',
  'record-removed',
  'id-taken',
  'content-redacted',
  'record-conflict',
  'recorded-at-out-of-order',
  'stream-contended',
  'log-full',
] as const;

/** Adds the formats that a resource has besides those that its description already has. */
export function withFormats(description: RouteDescription, formats: readonly FormatName[]): RouteDescription {
  if (formats.length === 0) return description;
  const { get } = description;
  const { content = {}, ...answer } = get.answers[200] ?? {};
  const types = formats.map((name) => FORMATS[name].mediaType);
  const others = types.filter((type) => !(type in content)).map((type) => [type, anyContent]);
  const answers = {
    ...get.answers,
    200: { ...answer, content: { ...content, ...(Object.fromEntries(others) as Content) } },
  };
  return {
    ...description,
    get: { ...get, answers, problems: [...(get.problems ?? []), 'not-acceptable'] },
  };
}
