import { randomBytes } from 'node:crypto';
import { createUuidV7 } from '../../append/ids.ts';
import { type FormResult, formPage } from '../../web/forms/form-page.ts';
import { DRAFT_FIELD, type FormValues, ID_FIELD, REVISION_FIELD } from '../../web/forms/form-values.ts';
import type { Html } from '../../web/shell/html.ts';
import { receiptUrl } from '../../web/text/url.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, statusOf } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { requestIdOf } from '../protocol/request-id.ts';
import { sendSeeOther } from '../protocol/response.ts';
import { malformed, readFormBody } from './form-body.ts';
import type { OpenedForm, OpenForm } from './opened-form.ts';
import { parseFormRequest } from './parse-form.ts';
import { submitForm } from './submit.ts';

/** A form must not be reused from a cache, as each opened form has an event id of its own. */
export const NO_CACHE = { 'Cache-Control': 'no-cache' } as const;

/**
 * Handles a form that adds an event. The event gets its id when the form is opened, so that sending the form twice adds
 * one event.
 */
export class FormHandler<Parameters> {
  readonly #context: AppContext;
  readonly #open: OpenForm<Parameters>;
  readonly #parameters: readonly string[];
  readonly #newId: () => string;

  /** @param parameters of the query when the form is sent */
  constructor(context: AppContext, open: OpenForm<Parameters>, parameters: readonly string[] = []) {
    this.#context = context;
    this.#open = open;
    this.#parameters = parameters;
    this.#newId = createUuidV7(context.clock, randomBytes);
  }

  async show(req: Request<Parameters>, res: Response): Promise<void> {
    const opened = await this.#open(req, undefined);
    if ('code' in opened) return sendProblem(res, opened);
    const values = new Map(opened.values).set(ID_FIELD, this.#newId());
    sendHtml(res, 200, pageOf(opened, values, { kind: 'open' }), NO_CACHE);
  }

  async submit(req: Request<Parameters>, res: Response): Promise<void> {
    const { errors } = new QueryParameters(req.originalUrl, this.#parameters);
    if (errors.length > 0) return sendProblem(res, invalidQuery(errors));
    const body = await readFormBody(req, res, this.#context);
    if (body.outcome === 'aborted') return;
    if (body.outcome === 'refused') return sendProblem(res, body.problem);
    const sent = body.fields.get(REVISION_FIELD) ?? '';
    if (!REVISION.test(sent)) return sendProblem(res, malformed(`${sent} is no revision.`).problem);
    const opened = await this.#open(req, sent === '' ? undefined : Number(sent));
    if ('code' in opened) return sendProblem(res, opened);
    const parsed = parseFormRequest(opened.form, body.fields);
    if (parsed.outcome === 'refused') return sendProblem(res, parsed.problem);
    const { request } = parsed;
    if (request.kind === 'edit') {
      sendHtml(res, 200, pageOf(opened, request.values, { kind: 'open' }, request.focus), NO_CACHE);
    } else if (request.kind === 'renew') {
      await this.#send(opened, new Map(request.values).set(ID_FIELD, this.#newId()), 'preview', req, res);
    } else {
      await this.#send(opened, request.values, request.kind, req, res);
    }
  }

  /** Redirects to the receipt, also if the same form was sent before. */
  async #send(
    opened: OpenedForm,
    values: FormValues,
    kind: 'preview' | 'record',
    req: Request<Parameters>,
    res: Response,
  ): Promise<void> {
    const { principal, audit } = req;
    const submission = { opened, values, kind, principal, audit, requestId: requestIdOf(res) };
    const submitted = await submitForm(this.#context, submission);
    if (submitted.kind === 'outdated') return this.#rebase(submitted.event, opened, values, req, res);
    if (submitted.kind === 'recorded') {
      this.#context.inbox.markRecorded(values.get(DRAFT_FIELD) ?? '', submitted.id);
      return sendSeeOther(res, receiptUrl(submitted.id));
    }
    const { status, result, headers } = submitted;
    sendHtml(res, status, pageOf(opened, values, result), { ...NO_CACHE, ...headers });
  }

  /** Shows the form over the present version of the record, which is read again: it was changed just now. */
  async #rebase(
    event: object,
    { revision }: OpenedForm,
    values: FormValues,
    req: Request<Parameters>,
    res: Response,
  ): Promise<void> {
    const opened = await this.#open(req, revision);
    if ('code' in opened) return sendProblem(res, opened);
    const rebased = opened.rebase?.(event, values);
    if (rebased === undefined) throw new Error('Only the form of a record can be out of date.');
    const status = statusOf({ code: 'precondition-failed' });
    sendHtml(res, status, pageOf(opened, rebased.values, rebased.result), NO_CACHE);
  }
}

/** Empty in the form of an event that changes no record. */
const REVISION = /^\d{0,6}$/;

function pageOf({ form, subject }: OpenedForm, values: FormValues, result: FormResult, focus?: string): Html {
  return formPage({ form, subject, state: { values, errors: errorsOf(result), focus }, result });
}

/** Returns the errors of each field, by its name. */
function errorsOf(result: FormResult): ReadonlyMap<string, readonly string[]> {
  const errors = new Map<string, string[]>();
  for (const { field, detail } of result.kind === 'refused' ? result.problems : []) {
    if (field !== undefined) errors.set(field.name, [...(errors.get(field.name) ?? []), detail]);
  }
  return errors;
}
