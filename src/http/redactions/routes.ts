import type { AppContext } from '../protocol/context.ts';
import { byFormat, type FormatHandlers, formatsOf } from '../protocol/negotiation.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import {
  askForRedactionDescription,
  getRedactionDescription,
  listRedactionsDescription,
  REDACTION_ID,
  settleRedactionDescription,
} from './descriptions.ts';
import {
  askForRedaction,
  listRedactions,
  type RedactionParameters,
  settleRedaction,
  showRedaction,
  showRedactionPage,
  showRedactionsPage,
} from './redactions.ts';

/** Registers the removal of content by law. */
export function registerRedactions(router: Router, context: AppContext): void {
  const list: FormatHandlers<Record<string, string>> = {
    json: withoutParameters((_req, res) => listRedactions(context, res)),
    html: (req, res) => showRedactionsPage(context, req, res),
  };
  router.register(
    '/redactions',
    { get: byFormat(list), post: withoutParameters((req, res) => askForRedaction(context, req, res)) },
    { get: listRedactionsDescription, post: askForRedactionDescription },
    formatsOf(list),
  );
  const single: FormatHandlers<RedactionParameters> = {
    json: withoutParameters((req, res) => showRedaction(context, req, res)),
    html: withoutParameters((req, res) => showRedactionPage(context, req, res)),
  };
  router.register<RedactionParameters>(
    '/redactions/:id',
    { get: byFormat(single), post: withoutParameters((req, res) => settleRedaction(context, req, res)) },
    { path: { id: REDACTION_ID }, get: getRedactionDescription, post: settleRedactionDescription },
    formatsOf(single),
  );
}
