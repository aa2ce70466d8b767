import { createHmac, randomBytes } from 'node:crypto';

/** Signs messages as Standard Webhooks 1.0 says (https://www.standardwebhooks.com), with its symmetric scheme `v1`. */

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;

export function createSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

export interface SignedMessage {
  readonly id: string;
  /** Seconds since 1970, of this attempt. */
  readonly timestamp: number;
  readonly payload: string;
}

/** Returns the headers of a message. Its body must be exactly the payload. */
export function signedHeaders(secret: string, { id, timestamp, payload }: SignedMessage) {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${payload}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}
