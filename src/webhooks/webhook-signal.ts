/** What webhooks report. Nothing of it contains a secret, a URL or a payload. */
export type WebhookSignal =
  /** A message was given up. The next ones are sent. */
  | {
      readonly kind: 'webhook-dead-letter';
      readonly subscription: string;
      readonly message: string;
      readonly reason: string;
    }
  /** Nothing more is sent until an operator acts. */
  | {
      readonly kind: 'webhook-stopped';
      readonly subscription: string;
      readonly state: 'failing' | 'detached';
      readonly reason: string;
    }
  /** The log cannot be matched with the queries. That is retried. */
  | { readonly kind: 'webhooks-failed'; readonly error: Error };
