/**
 * What the parts of the program report about themselves, as one union that is passed to a function. The program that
 * runs them decides what a signal becomes: a log line, a metric, nothing.
 */
export type Signal =
  /** The log is open and locked for this process. */
  | { readonly kind: 'log-opened'; readonly place: string }
  /** The operator accepted a log that lacks events that the timelines know. They are rebuilt from it. */
  | { readonly kind: 'log-accepted'; readonly reason: string }
  /** A log on another server answers, for the first time or again. */
  | { readonly kind: 'connected' }
  /** The connection is retried until the log answers. */
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** The log contains an event that this program did not write. The timelines stop before it. */
  | { readonly kind: 'unreadable-event'; readonly error: Error }
  /** Events were removed on the server of the log, or returned. The timelines are rebuilt without them. */
  | { readonly kind: 'events-removed'; readonly reason: string }
  /** The index of event ids cannot be updated. The update is retried. */
  | { readonly kind: 'index-failed'; readonly error: Error }
  /** The tree cannot follow the log. That is retried, unless the log has another history. */
  | { readonly kind: 'tree-failed'; readonly error: Error }
  /** Until it answers, nobody can sign in with it, and tokens are accepted only if their key is known. */
  | { readonly kind: 'identity-provider-failed'; readonly reason: string }
  /** Content was removed from the log by law, and is being erased from all other files. */
  | { readonly kind: 'content-redacted'; readonly redaction: string; readonly event: string }
  /** Content that was removed from the log is in no file of the data folder any more. */
  | { readonly kind: 'content-erased'; readonly redaction: string }
  /** Removed content may still be in files of the data folder. That is retried. */
  | { readonly kind: 'redaction-failed'; readonly redaction: string; readonly error: Error }
  | { readonly kind: 'listening'; readonly url: string }
  /** `ordinal` is the number of events that the projection contains. */
  | { readonly kind: 'projection-progress'; readonly projection: string; readonly ordinal: number }
  | { readonly kind: 'projection-caught-up'; readonly projection: string; readonly ordinal: number }
  /** The projector cannot continue. It retries from time to time. */
  | {
      readonly kind: 'projection-stopped';
      readonly projection: string;
      /** The event that it cannot process; undefined if the cause is not an event. */
      readonly eventId: string | undefined;
      readonly reason: string;
    }
  | { readonly kind: 'rebuild-started'; readonly projection: string }
  | {
      readonly kind: 'rebuild-ended';
      readonly projection: string;
      readonly state: 'activated' | 'failed' | 'cancelled';
      readonly eventId?: string | undefined;
      readonly reason?: string;
    }
  /** The clock runs behind what was recorded, or has jumped ahead (`ClockStatus`). */
  | { readonly kind: 'clock-warning'; readonly state: string; readonly ms: number }
  /** A request was answered, or its client disconnected. */
  | {
      readonly kind: 'request-completed';
      readonly method: string;
      /** Pattern of the route, such as `/countries/:code`, or the path if no route matches. */
      readonly route: string;
      /** Null if the client disconnected before there was a status. */
      readonly status: number | null;
      /** Milliseconds from the request to the end of the response. */
      readonly ms: number;
      /** IP address of the client, as far as trusted proxies say. Null if they contradict one another. */
      readonly address: string | null;
      readonly requestId: string;
    }
  /** An append was committed. `position` is that of its last event. */
  | {
      readonly kind: 'events-appended';
      readonly stream: string;
      readonly position: string;
      readonly requestId: string;
    }
  /** An unexpected exception. The client gets a 500, or its stream of live updates ends. */
  | {
      readonly kind: 'request-failed';
      readonly method: string;
      readonly path: string;
      /** Absent for live updates, which fail for many requests at once. */
      readonly requestId?: string;
      readonly error: Error;
    }
  /** A message to the receiver of a subscription was given up. The next ones are sent. */
  | {
      readonly kind: 'webhook-dead-letter';
      readonly subscription: string;
      readonly message: string;
      readonly reason: string;
    }
  /** Nothing more is sent to the receiver of a subscription until an operator acts. */
  | {
      readonly kind: 'webhook-stopped';
      readonly subscription: string;
      readonly state: 'failing' | 'detached';
      readonly reason: string;
    }
  /** The log cannot be matched with the queries of subscriptions. That is retried. */
  | { readonly kind: 'webhooks-failed'; readonly error: Error }
  /** Entries of the audit log cannot be written. They wait, and that is retried. */
  | { readonly kind: 'audit-failed'; readonly error: Error }
  /** The log accepts no more appends, and the process must stop. */
  | { readonly kind: 'log-failed'; readonly error: Error }
  | { readonly kind: 'stopping'; readonly reason: string }
  | { readonly kind: 'stopped' };

/** Must neither throw nor block. */
export type SignalSink = (signal: Signal) => void;
