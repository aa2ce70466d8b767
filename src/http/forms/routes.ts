import { EVENT_ID } from '../events/descriptions.ts';
import type { AppContext } from '../protocol/context.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import {
  formChoiceDescription,
  formDescription,
  receiptPageDescription,
  submitDescription,
} from './descriptions.ts';
import { RecordFormHandler, recordForms, showFormChoice, showReceipt } from './record-forms.ts';

/** Registers the forms for adding events, and the receipts that they lead to. */
export function registerForms(router: Router, context: AppContext): void {
  router.register('/record', { get: withoutParameters(showFormChoice) }, { get: formChoiceDescription });
  for (const form of recordForms()) {
    const handler = new RecordFormHandler(context, form);
    router.register(
      `/record/${form.path}`,
      {
        get: (req, res) => handler.show(req, res),
        post: withoutParameters((req, res) => handler.submit(req, res)),
      },
      { get: formDescription(form), post: submitDescription(form) },
    );
  }
  router.register<{ id: string }>(
    '/record/receipts/:id',
    {
      get: withoutParameters((req, res) => showReceipt(context, req, res)),
    },
    { path: { id: EVENT_ID }, get: receiptPageDescription },
  );
}
