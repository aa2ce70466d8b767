/**
 * What the rooms have to say about themselves, as one typed union handed to a function. Whoever runs the process
 * decides what becomes of it: a log line, a metric, nothing.
 */
export type Signal =
  /** The log is open and locked for this process. */
  | { readonly kind: 'log-opened'; readonly place: string }
  /** A log elsewhere answers, or answers again. */
  | { readonly kind: 'connected' }
  /** It is tried again until it answers. */
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** Something in our streams that is not ours: the timelines stop before it. */
  | { readonly kind: 'unreadable-event'; readonly error: Error }
  /** The index of ids cannot be kept up; it is tried again. */
  | { readonly kind: 'index-failed'; readonly error: Error }
  | { readonly kind: 'listening'; readonly url: string }
  /** `ordinal`: number of events of the log that the projection holds so far. */
  | { readonly kind: 'projection-progress'; readonly projection: string; readonly ordinal: number }
  | { readonly kind: 'projection-caught-up'; readonly projection: string; readonly ordinal: number }
  /** The projection cannot go on; it is tried again from time to time. */
  | {
      readonly kind: 'projection-stopped';
      readonly projection: string;
      /** The event that it cannot take, where it is one. */
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
  /** An error that no outcome provides for; the client got a 500. */
  | { readonly kind: 'request-failed'; readonly method: string; readonly path: string; readonly error: Error }
  /** The log takes no appends any more; the process must stop. */
  | { readonly kind: 'log-failed'; readonly error: Error }
  | { readonly kind: 'stopping'; readonly reason: string }
  | { readonly kind: 'stopped' };

/** Must not throw and must not wait. */
export type SignalSink = (signal: Signal) => void;
