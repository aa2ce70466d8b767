import type { AppContext } from '../protocol/context.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import {
  showCheckpoint,
  showConsistencyProof,
  showEventReceipt,
  showInclusionProof,
  showKey,
} from './proofs.ts';

/** Registers what proves that the log only grows, and that an event is in it. */
export function registerIntegrity(router: Router, context: AppContext): void {
  router.register('/log/checkpoint', {
    get: withoutParameters((_req, res) => showCheckpoint(context, res)),
  });
  router.register('/log/key', { get: withoutParameters((_req, res) => showKey(context, res)) });
  router.register('/log/proof/inclusion', { get: (req, res) => showInclusionProof(context, req, res) });
  router.register('/log/proof/consistency', { get: (req, res) => showConsistencyProof(context, req, res) });
  router.register<{ id: string }>('/events/:id/receipt', {
    get: withoutParameters((req, res) => showEventReceipt(context, req, res)),
  });
}
