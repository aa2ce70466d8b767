import { eventForms } from '../../web/forms/event-form.ts';
import { EVENT_ID } from '../events/descriptions.ts';
import type { AppContext } from '../protocol/context.ts';
import type { PathParameter } from '../protocol/description.ts';
import type { Request } from '../protocol/handler.ts';
import type { QueryParameter } from '../protocol/parameters.ts';
import type { Problem } from '../protocol/problems.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import { openCorrection } from './correction-form.ts';
import { openLink, openRetraction, openSource, openWithdrawal } from './curation-forms.ts';
import {
  curationDescription,
  dateReadingDescription,
  formChoiceDescription,
  formDescription,
  LINK_ID,
  LINKED,
  receiptPageDescription,
  recordParameter,
  relationParameter,
  statementParameter,
  submitDescription,
  toParameter,
} from './descriptions.ts';
import { FormHandler } from './form-handler.ts';
import type { OpenedForm } from './opened-form.ts';
import { showReceipt } from './receipts.ts';
import { openRecordForm, showDateReading, showFormChoice } from './record-forms.ts';
import { suggestRecords, suggestRecordsDescription } from './suggest-records.ts';

/** Registers the forms for adding events and for changing them, and the receipts that they lead to. */
export function registerForms(router: Router, context: AppContext): void {
  router.register('/record', { get: withoutParameters(showFormChoice) }, { get: formChoiceDescription });
  router.register('/record/dates', { get: showDateReading }, { get: dateReadingDescription });
  router.register(
    '/record/records',
    { get: (req, res) => suggestRecords(context, req, res) },
    { get: suggestRecordsDescription },
  );
  for (const form of eventForms()) {
    const handler = new FormHandler<Record<string, string>>(
      context,
      (req) => openRecordForm(context, form, req),
      [recordParameter.name],
    );
    router.register(
      `/record/${form.path}`,
      { get: (req, res) => handler.show(req, res), post: (req, res) => handler.submit(req, res) },
      { get: formDescription(form), post: submitDescription(form) },
    );
  }
  registerCurationForms(router, context);
  router.register<{ id: string }>(
    '/record/receipts/:id',
    {
      get: withoutParameters((req, res) => showReceipt(context, req, res)),
    },
    { path: { id: EVENT_ID }, get: receiptPageDescription },
  );
}

/** Registers the forms that change how what is recorded reads. */
function registerCurationForms(router: Router, context: AppContext): void {
  const fill = [toParameter, relationParameter, statementParameter];
  const register = <Name extends string>(
    { name, title, parameter, described = EVENT_ID, query }: CurationRoute<Name>,
    open: OpenCuration<Name>,
  ) => {
    const handler = new FormHandler<Record<Name, string>>(context, (req, seen) => open(context, req, seen));
    router.register<Record<Name, string>>(
      `/record/${name}/:${parameter}`,
      { get: (req, res) => handler.show(req, res), post: (req, res) => handler.submit(req, res) },
      { path: { [parameter]: described }, ...curationDescription(name, title, query) },
    );
  };
  register({ name: 'corrections', title: 'correct an event', parameter: 'id' }, openCorrection);
  register({ name: 'retractions', title: 'retract an event', parameter: 'id' }, openRetraction);
  register({ name: 'sources', title: 'add a source to an event', parameter: 'id' }, openSource);
  register(
    { name: 'links', title: 'add a link', parameter: 'from', described: LINKED, query: fill },
    openLink,
  );
  register(
    { name: 'withdrawals', title: 'withdraw a link', parameter: 'id', described: LINK_ID },
    openWithdrawal,
  );
}

interface CurationRoute<Name extends string> {
  readonly name: string;
  readonly title: string;
  readonly parameter: Name;
  readonly described?: PathParameter;
  readonly query?: readonly QueryParameter[];
}

type OpenCuration<Name extends string> = (
  context: AppContext,
  req: Request<Record<Name, string>>,
  seen: number | undefined,
) => Promise<OpenedForm | Problem>;
