import {
  type Answer,
  type EndpointDescription,
  RESPONSE_HEADERS,
  type ResponseHeader,
} from '../protocol/description.ts';
import type { JsonSchema } from '../protocol/parameters.ts';
import { PROBLEM_TYPES, type ProblemCode } from '../protocol/problem-types.ts';
import {
  type Method,
  mediaTypes,
  type ResponseObject,
  type SchemaOf,
  type SchemaReference,
} from './openapi.ts';

/** RFC 9457. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457). The other members depend on the code.',
  properties: {
    type: { type: 'string', description: '`/problems/{code}`, which explains the problem.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    requestId: {
      type: 'string',
      description: 'As in the header `X-Request-Id`, and in the log of the server.',
    },
    errors: {
      type: 'array',
      description: 'Single errors, with a JSON pointer into the body or the name of a parameter.',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string' },
          parameter: { type: 'string' },
          code: { type: 'string' },
          detail: { type: 'string' },
        },
        required: ['code', 'detail'],
      },
    },
  },
  required: ['type', 'title', 'status', 'requestId'],
};

/** The headers of every answer. */
const EVERY_ANSWER = {
  'X-Request-Id': 'Id of the request: the client’s own, if it sent one, or a random one.',
  'Access-Control-Allow-Origin': 'The origin whose pages may read, if a setting names one.',
  'Access-Control-Expose-Headers': '`*`, with the same setting.',
  'Cache-Control': RESPONSE_HEADERS['Cache-Control'],
  Vary: RESPONSE_HEADERS.Vary,
  RateLimit: 'How many requests the client may still send, and in how many seconds that starts anew.',
  'RateLimit-Policy': 'How many requests a client may send in a time.',
} as const;

/** The headers of every answer with a body. */
const EVERY_BODY = {
  'Content-Security-Policy': 'What the body may load and run in a browser.',
  'X-Content-Type-Options': '`nosniff`.',
  'Cross-Origin-Resource-Policy': '`same-origin`.',
  'Content-Encoding': '`br` or `gzip`, if the client accepts it and the body is not small.',
} as const;

const EVERY_PAGE = {
  'Cross-Origin-Opener-Policy': '`same-origin`.',
  'Referrer-Policy': '`same-origin`.',
  'X-DNS-Prefetch-Control': '`off`.',
  'Origin-Agent-Cluster': '`?1`.',
} as const;

const OF_PROBLEMS = {
  'Retry-After': 'Seconds after which the same request is likely to succeed.',
  'WWW-Authenticate': 'How to authenticate (RFC 6750).',
} as const;

type HeaderName = keyof typeof OF_PROBLEMS | ResponseHeader;

const RETRIED: readonly HeaderName[] = ['Retry-After'];
const CHALLENGE: readonly HeaderName[] = ['WWW-Authenticate'];
/** What some problems have besides the headers of every answer. */
const HEADERS_OF_PROBLEMS: Partial<Record<ProblemCode, readonly HeaderName[]>> = {
  'authentication-required': CHALLENGE,
  'identity-provider-unavailable': ['Cache-Control', ...RETRIED],
  'invalid-key': CHALLENGE,
  'invalid-token': CHALLENGE,
  'too-many-wrong-keys': RETRIED,
  'log-busy': RETRIED,
  'log-unavailable': RETRIED,
  'projection-behind': RETRIED,
  'projection-building': RETRIED,
  'rebuild-running': ['Location'],
  'server-busy': RETRIED,
  'sign-in-failed': ['Cache-Control'],
  'stream-contended': RETRIED,
  'too-many-readers': RETRIED,
  'too-many-requests': RETRIED,
  'tree-behind': RETRIED,
};

export const COMPONENT_HEADERS = Object.fromEntries(
  Object.entries({ ...EVERY_ANSWER, ...EVERY_BODY, ...EVERY_PAGE, ...OF_PROBLEMS, ...RESPONSE_HEADERS }).map(
    ([name, description]) => [name, { description, schema: { type: 'string' } }],
  ),
);

/** Describes the answers of endpoints. Problems that several of them share are described once. */
export class ResponseDescriber {
  readonly #schemaOf: SchemaOf;
  readonly #shared = new Map<string, ResponseObject>();

  constructor(schemaOf: SchemaOf) {
    this.#schemaOf = schemaOf;
  }

  /** The described problems, by the names that the answers refer to. */
  get shared(): Readonly<Record<string, ResponseObject>> {
    return Object.fromEntries(this.#shared);
  }

  /** Returns all answers of an endpoint: its own ones, those to conditional requests, and the problems. */
  describe(
    method: Method,
    endpoint: EndpointDescription,
    hasPathParameters: boolean,
  ): Readonly<Record<string, ResponseObject | SchemaReference>> {
    const answers = { ...(method === 'get' && { 302: UNTRACKED }), ...endpoint.answers };
    const own = Object.entries(answers).map(([status, answer]) => {
      const described = status === '200' && endpoint.isConditional ? withValidators(answer) : answer;
      return [status, answerResponse(described, this.#schemaOf)] as const;
    });
    const responses = new Map<string, ResponseObject | SchemaReference>(own);
    if (endpoint.isConditional) responses.set('304', NOT_MODIFIED);
    for (const [status, codes] of problemsByStatus(method, endpoint, hasPathParameters)) {
      const answer = endpoint.answers[status] && answerResponse(endpoint.answers[status], this.#schemaOf);
      const problem = problemResponse(codes);
      const name = `${codes.join('.')}`;
      if (answer === undefined) this.#shared.set(name, problem);
      const reference = { $ref: `#/components/responses/${name}` };
      responses.set(String(status), answer === undefined ? reference : merged(answer, problem));
    }
    return Object.fromEntries(responses);
  }
}

const UNTRACKED: Answer = {
  description:
    'A browser asked with parameters of campaigns, such as `utm_source`: the URL without them; or it has not signed in',
  headers: ['Location', 'Vary'],
};

const NOT_MODIFIED: ResponseObject = {
  description: 'The copy of the client is up to date',
  headers: references(
    ...Object.keys(EVERY_ANSWER),
    ...['ETag', 'Age', 'Link', 'Content-Location', 'Memento-Datetime'],
  ),
};

function withValidators(answer: Answer): Answer {
  return { ...answer, headers: [...(answer.headers ?? []), 'ETag'] };
}

function answerResponse(
  { description = 'OK', content, headers = [] }: Answer,
  schemaOf: SchemaOf,
): ResponseObject {
  const types = Object.keys(content ?? {});
  const standard = [
    ...Object.keys({ ...EVERY_ANSWER, ...EVERY_BODY }),
    ...(types.includes('text/html') ? Object.keys(EVERY_PAGE) : []),
  ];
  return {
    description,
    headers: references(...standard, ...headers),
    ...(content && { content: mediaTypes(content, schemaOf) }),
  };
}

function references(...names: readonly string[]): Readonly<Record<string, { readonly $ref: string }>> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Some problems are possible wherever a request is parsed, its URL matched, or its body read. */
function problemsByStatus(
  method: Method,
  { body, permission, problems = [], isConditional }: EndpointDescription,
  hasPathParameters: boolean,
): ReadonlyMap<number, readonly ProblemCode[]> {
  const codes: readonly ProblemCode[] = [
    'invalid-query',
    'malformed-request',
    ...(hasPathParameters ? (['invalid-path'] as const) : []),
    ...(permission === 'none' ? [] : (['authentication-required', 'not-permitted'] as const)),
    ...(['invalid-key', 'too-many-wrong-keys'] as const),
    ...(['invalid-token', 'identity-provider-unavailable'] as const),
    method === 'get' ? 'cross-origin-read' : 'cross-origin-request',
    ...(body === undefined ? [] : (['unsupported-media-type', 'too-large', 'server-busy'] as const)),
    ...(isConditional ? (['precondition-failed'] as const) : []),
    ...problems,
    'request-timeout',
    'expectation-failed',
    'unknown-host',
    'too-many-requests',
    'headers-too-large',
    'internal-error',
  ];
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = PROBLEM_TYPES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

/** A browser gets a problem as a page if it asks for a page, or sends a form, to whatever URL. */
function problemResponse(codes: readonly ProblemCode[]): ResponseObject {
  const enumeration = codes.map((code) => `/problems/${code}`);
  const schema = { $ref: '#/components/schemas/Problem', properties: { type: { enum: enumeration } } };
  const description = codes.map((code) => `\`${code}\`: ${PROBLEM_TYPES[code].title}`).join('; ');
  const headers = [
    ...Object.keys({ ...EVERY_ANSWER, ...EVERY_BODY, ...EVERY_PAGE }),
    'Age',
    ...codes.flatMap((code) => HEADERS_OF_PROBLEMS[code] ?? []),
  ];
  return {
    description,
    headers: references(...headers),
    content: { 'application/problem+json': { schema }, 'text/html': { schema: { type: 'string' } } },
  };
}

/** Merges a problem into an answer with the same status, such as a form that is shown again. */
function merged(answer: ResponseObject, problem: ResponseObject): ResponseObject {
  return {
    description: `${answer.description}; ${problem.description}`,
    headers: { ...answer.headers, ...problem.headers },
    content: { ...answer.content, ...problem.content },
  };
}
