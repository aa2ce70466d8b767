import type { IncomingMessage } from 'node:http';
import type { RequestQuota } from '../limits/request-quota.ts';
import type { Requester } from './requester.ts';

/** A request whose sender is known, and within its limits. */
export type ReceivedRequest = IncomingMessage & {
  readonly requester: Requester;
  /** What the client may still take. */
  readonly quota: RequestQuota;
};
