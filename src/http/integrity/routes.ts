import { EVENT_ID } from '../events/descriptions.ts';
import type { AppContext } from '../protocol/context.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import {
  checkpointDescription,
  consistencyDescription,
  inclusionDescription,
  keyDescription,
  receiptDescription,
} from './descriptions.ts';
import {
  showCheckpoint,
  showConsistencyProof,
  showEventReceipt,
  showInclusionProof,
  showKey,
} from './proofs.ts';

/** Registers what proves that the log only grows, and that an event is in it. */
export function registerIntegrity(router: Router, context: AppContext): void {
  router.register(
    '/log/checkpoint',
    {
      get: withoutParameters((_req, res) => showCheckpoint(context, res)),
    },
    { get: checkpointDescription },
  );
  router.register(
    '/log/key',
    { get: withoutParameters((_req, res) => showKey(context, res)) },
    { get: keyDescription },
  );
  router.register(
    '/log/proof/inclusion',
    { get: (req, res) => showInclusionProof(context, req, res) },
    { get: inclusionDescription },
  );
  router.register(
    '/log/proof/consistency',
    { get: (req, res) => showConsistencyProof(context, req, res) },
    { get: consistencyDescription },
  );
  router.register<{ id: string }>(
    '/events/:id/receipt',
    {
      get: withoutParameters((req, res) => showEventReceipt(context, req, res)),
    },
    { path: { id: EVENT_ID }, get: receiptDescription },
  );
}
