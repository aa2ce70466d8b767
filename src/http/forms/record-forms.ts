import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { createUuidV7 } from '../../append/ids.ts';
import { previewRecorded } from '../../append/preview.ts';
import { contentTypes, isBuiltIn } from '../../domain/event-types/registry.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { briefingForm } from '../../web/forms/briefing-form.ts';
import { defaultForm } from '../../web/forms/default-form.ts';
import type { RecordForm } from '../../web/forms/form-field.ts';
import { type FormAnswer, formPage } from '../../web/forms/form-page.ts';
import type { FormValues } from '../../web/forms/form-values.ts';
import { mouForm } from '../../web/forms/mou-form.ts';
import { choicePage, receiptPage } from '../../web/forms/receipt-page.ts';
import { shipmentForm } from '../../web/forms/shipment-form.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { invalidQuery, sendProblem } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendSeeOther } from '../protocol/response.ts';
import { readFormBody } from './form-body.ts';
import { parseFormRequest } from './parse-form.ts';
import { previewOf, submitForm } from './submit.ts';

/** The forms by which people record events, each at `/record/<path>`. Types of an installation have the default form. */
export function recordForms(): readonly RecordForm[] {
  const own = contentTypes().filter((type) => !isBuiltIn(type));
  return [briefingForm, mouForm, shipmentForm, ...own.map(defaultForm)];
}

/** A form that is opened again is another one, with an id of its own. */
const FRESH = { 'Cache-Control': 'no-cache' } as const;

/** `GET /record`. */
export function showFormChoice(req: Request, res: Response): void {
  const { errors } = new QueryParameters(req.originalUrl, []);
  if (errors.length > 0) sendProblem(res, invalidQuery(errors));
  else sendHtml(res, 200, choicePage(recordForms()), FRESH);
}

/** One form: opening it, and all that can be done with it. The id of the event is made when it opens. */
export class RecordFormResource {
  readonly #context: AppContext;
  readonly #form: RecordForm;
  readonly #newId: () => string;

  constructor(context: AppContext, form: RecordForm) {
    this.#context = context;
    this.#form = form;
    this.#newId = createUuidV7(context.clock, randomBytes);
  }

  show(req: Request, res: Response): void {
    const { errors } = new QueryParameters(req.originalUrl, []);
    if (errors.length > 0) sendProblem(res, invalidQuery(errors));
    else sendHtml(res, 200, this.#page(new Map([['/id', this.#newId()]]), { kind: 'open' }), FRESH);
  }

  async take(req: Request, res: Response): Promise<void> {
    const body = await readFormBody(req, this.#context.limits.bodyBytesMax);
    if (body.outcome === 'aborted') return;
    if (body.outcome === 'refused') return sendProblem(res, body.problem);
    const read = parseFormRequest(this.#form, body.fields);
    if (read.outcome === 'refused') return sendProblem(res, read.problem);
    const { request } = read;
    if (request.kind === 'edit') {
      sendHtml(res, 200, this.#page(request.values, { kind: 'open' }, request.focus));
    } else if (request.kind === 'renew') {
      await this.#submit(new Map(request.values).set('/id', this.#newId()), 'preview', res);
    } else {
      await this.#submit(request.values, request.kind, res);
    }
  }

  /** Whoever sends the same once more is led to the same place. */
  async #submit(values: FormValues, kind: 'preview' | 'record', res: Response): Promise<void> {
    const submitted = await submitForm(this.#context, this.#form, values, kind);
    if (submitted.kind === 'recorded') return sendSeeOther(res, `/record/receipts/${submitted.id}`);
    const { status, answer, headers } = submitted;
    sendHtml(res, status, this.#page(values, answer), headers);
  }

  #page(values: FormValues, answer: FormAnswer, focus?: string) {
    return formPage({ form: this.#form, state: { values, errors: errorsOf(answer), focus }, answer });
  }
}

function errorsOf(answer: FormAnswer): ReadonlyMap<string, readonly string[]> {
  const errors = new Map<string, string[]>();
  for (const { field, detail } of answer.kind === 'refused' ? answer.problems : []) {
    if (field !== undefined) errors.set(field.name, [...(errors.get(field.name) ?? []), detail]);
  }
  return errors;
}

/** `GET /record/receipts/{id}`: what was recorded, as a preview would have told it. */
export async function showReceipt(
  context: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const { errors } = new QueryParameters(req.originalUrl, []);
  if (errors.length > 0) return sendProblem(res, invalidQuery(errors));
  const event = await context.store.readEvent(req.params.id.toLowerCase());
  const seen = event && (await previewRecorded(context.store, event));
  const version = seen?.versions[0];
  if (event === undefined || version === undefined) {
    return sendProblem(res, { code: 'unknown-record', detail: 'Nothing was recorded under this id.' });
  }
  const preview = previewOf(context, version, seen?.warnings ?? []);
  sendHtml(res, 200, receiptPage(decodeEvent(event), preview), FRESH);
}
