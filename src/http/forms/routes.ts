import type { Express } from 'express';
import type { AppContext } from '../protocol/context.ts';
import { registerResource, withoutParameters } from '../protocol/resource.ts';
import { RecordFormHandler, recordForms, showFormChoice, showReceipt } from './record-forms.ts';

/** Registers the forms for adding events, and the receipts that they lead to. */
export function registerForms(app: Express, context: AppContext): void {
  registerResource(app, '/record', { get: withoutParameters(showFormChoice) });
  for (const form of recordForms()) {
    const handler = new RecordFormHandler(context, form);
    registerResource(app, `/record/${form.path}`, {
      get: withoutParameters((_req, res) => handler.show(res)),
      post: withoutParameters((req, res) => handler.submit(req, res)),
    });
  }
  registerResource<{ id: string }>(app, '/record/receipts/:id', {
    get: withoutParameters((req, res) => showReceipt(context, req, res)),
  });
}
