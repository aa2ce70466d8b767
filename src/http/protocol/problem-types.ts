/**
 * Every problem that this API answers with (RFC 9457), and the only place that maps outcomes to HTTP statuses. The
 * `type` of a problem is `/problems/<code>`. A code never changes its meaning.
 */
export const PROBLEM_TYPES = {
  'malformed-form': { status: 400, title: 'Malformed form data' },
  'malformed-json': { status: 400, title: 'Malformed JSON' },
  'malformed-gzip': { status: 400, title: 'The compressed body cannot be decompressed' },
  'malformed-multipart': { status: 400, title: 'Malformed multipart body' },
  'invalid-mapping': { status: 400, title: 'Invalid mapping of CSV columns' },
  'invalid-csv': { status: 400, title: 'The CSV file does not fit its mapping' },
  'invalid-event': { status: 400, title: 'Invalid event' },
  'invalid-query': { status: 400, title: 'Invalid query parameters' },
  'malformed-request': { status: 400, title: 'Malformed request' },
  'invalid-path': { status: 400, title: 'Invalid percent-encoding in the path' },
  'invalid-precondition': { status: 400, title: 'Invalid precondition' },
  'cross-origin-request': { status: 403, title: 'Pages of other sites may not change data here' },
  'unknown-resource': { status: 404, title: 'Nothing is found at this URL' },
  'unknown-record': { status: 404, title: 'The record or the event does not exist' },
  'unknown-country': { status: 404, title: 'Unknown or ambiguous country' },
  'same-country': { status: 404, title: 'A relation needs two different countries' },
  'unknown-topic': { status: 404, title: 'No event has this topic' },
  'unknown-actor': { status: 404, title: 'No event names this actor' },
  'unknown-projection': { status: 404, title: 'Unknown projection' },
  'empty-log': { status: 404, title: 'The log has no events yet' },
  'no-rebuild': { status: 404, title: 'The projection has no rebuild' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'id-taken': { status: 409, title: 'Another event has this id' },
  'record-conflict': { status: 409, title: 'The event contradicts its record' },
  'recorded-at-out-of-order': { status: 409, title: 'The log already contains an event recorded later' },
  'rebuild-running': { status: 409, title: 'The projection is already being rebuilt' },
  'record-removed': { status: 410, title: 'It was removed from the log' },
  'precondition-failed': { status: 412, title: 'Precondition failed' },
  'too-large': { status: 413, title: 'Request too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'expectation-failed': { status: 417, title: 'Expectation failed' },
  'unknown-host': { status: 421, title: 'This server has another name' },
  'headers-too-large': { status: 431, title: 'URL and headers too large' },
  'unreadable-event': { status: 500, title: 'The log contains an event that cannot be read' },
  'internal-error': { status: 500, title: 'Internal server error' },
  'unknown-method': { status: 501, title: 'Unknown method' },
  'server-busy': { status: 503, title: 'The server is receiving too many requests; try again' },
  'stream-contended': { status: 503, title: 'Too many concurrent appends to this record; try again' },
  'projection-behind': { status: 503, title: 'The timeline has not reached this position yet; try again' },
  'projection-building': { status: 503, title: 'The timelines are still being built; try again' },
  'tree-behind': { status: 503, title: 'The event is not in the tree yet; try again' },
  'tree-incomplete': { status: 503, title: 'Events were removed from the log before this server read them' },
  'too-many-readers': { status: 503, title: 'Too many open connections for live updates; try again' },
  'not-ready': { status: 503, title: 'The server is not ready' },
  'log-busy': { status: 503, title: 'The log is busy; try again' },
  'log-unavailable': { status: 503, title: 'The log cannot be reached; send the same request again' },
  'log-failed': { status: 503, title: 'The log accepts no events until its operator has repaired it' },
  'log-full': { status: 507, title: 'There is no space for more events; existing events can be read' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemCode = keyof typeof PROBLEM_TYPES;

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEM_TYPES, text);
}
