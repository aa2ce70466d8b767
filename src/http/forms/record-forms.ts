import { randomBytes } from 'node:crypto';
import { mayAddToCategory } from '../../access/principal.ts';
import { createUuidV7 } from '../../append/ids.ts';
import { previewRecorded } from '../../append/preview.ts';
import { contentTypes } from '../../domain/event-types/registry.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { briefingForm } from '../../web/forms/briefing-form.ts';
import { defaultForm } from '../../web/forms/default-form.ts';
import { type RecordForm, typesOf } from '../../web/forms/form-field.ts';
import { type FormResult, formPage } from '../../web/forms/form-page.ts';
import { DRAFT_FIELD, type FormValues, ID_FIELD } from '../../web/forms/form-values.ts';
import { mouForm } from '../../web/forms/mou-form.ts';
import { formChoicePage, receiptPage } from '../../web/forms/receipt-page.ts';
import { shipmentForm } from '../../web/forms/shipment-form.ts';
import type { Html } from '../../web/shell/html.ts';
import { receiptUrl } from '../../web/text/url.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, unknownEvent } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { requestIdOf } from '../protocol/request-id.ts';
import { sendSeeOther } from '../protocol/response.ts';
import { draftParameter } from './descriptions.ts';
import { valuesOfDraft } from './draft-values.ts';
import { readFormBody } from './form-body.ts';
import { parseFormRequest } from './parse-form.ts';
import { previewOf, submitForm } from './submit.ts';

const WRITTEN_FORMS: readonly RecordForm[] = [briefingForm, mouForm, shipmentForm];

/**
 * Returns the forms for adding events, each at `/record/<path>`. Types without a form of their own get a default one.
 */
export function recordForms(): readonly RecordForm[] {
  const covered = new Set(WRITTEN_FORMS.flatMap(typesOf));
  const others = contentTypes().filter(({ name }) => !covered.has(name));
  return [...WRITTEN_FORMS, ...others.map(defaultForm)];
}

/** A form must not be reused from a cache, as each opened form has an event id of its own. */
const NO_CACHE = { 'Cache-Control': 'no-cache' } as const;

/** `GET /record`: the choice of forms, for the streams that the principal may add to. */
export function showFormChoice({ principal }: Request, res: Response): void {
  const types = contentTypes().filter(({ category }) => mayAddToCategory(principal, category));
  const names = new Set(types.map(({ name }) => name));
  const forms = recordForms().filter((form) => typesOf(form).some((name) => names.has(name)));
  sendHtml(res, 200, formChoicePage(forms), NO_CACHE);
}

/**
 * `GET` and `POST /record/<path>`. The event gets its id when the form is opened, so that sending the form twice adds
 * one event.
 */
export class RecordFormHandler {
  readonly #context: AppContext;
  readonly #form: RecordForm;
  readonly #newId: () => string;

  constructor(context: AppContext, form: RecordForm) {
    this.#context = context;
    this.#form = form;
    this.#newId = createUuidV7(context.clock, randomBytes);
  }

  /** The parameter `draft` fills the form with what a draft of the inbox says. */
  show(req: Request, res: Response): void {
    const query = new QueryParameters(req.originalUrl, [draftParameter.name]);
    const id = query.text(draftParameter.name);
    const draft = id === undefined ? undefined : this.#context.inbox.find(id);
    if (query.errors.length > 0) sendProblem(res, invalidQuery(query.errors));
    else if (id !== undefined && draft === undefined) sendProblem(res, { code: 'unknown-draft' });
    else {
      const values = new Map(draft && valuesOfDraft(this.#form, draft)).set(ID_FIELD, this.#newId());
      sendHtml(res, 200, this.#page(values, { kind: 'open' }), NO_CACHE);
    }
  }

  async submit(req: Request, res: Response): Promise<void> {
    const body = await readFormBody(req, res, this.#context);
    if (body.outcome === 'aborted') return;
    if (body.outcome === 'refused') return sendProblem(res, body.problem);
    const parsed = parseFormRequest(this.#form, body.fields);
    if (parsed.outcome === 'refused') return sendProblem(res, parsed.problem);
    const { request } = parsed;
    if (request.kind === 'edit') {
      sendHtml(res, 200, this.#page(request.values, { kind: 'open' }, request.focus));
    } else if (request.kind === 'renew') {
      await this.#submit(new Map(request.values).set(ID_FIELD, this.#newId()), 'preview', req, res);
    } else {
      await this.#submit(request.values, request.kind, req, res);
    }
  }

  /** Redirects to the receipt, also if the same form was sent before. */
  async #submit(
    values: FormValues,
    kind: 'preview' | 'record',
    { principal, audit }: Request,
    res: Response,
  ): Promise<void> {
    const submission = { form: this.#form, values, kind, principal, audit, requestId: requestIdOf(res) };
    const submitted = await submitForm(this.#context, submission);
    if (submitted.kind === 'recorded') {
      this.#context.inbox.markRecorded(values.get(DRAFT_FIELD) ?? '', submitted.id);
      return sendSeeOther(res, receiptUrl(submitted.id));
    }
    const { status, result, headers } = submitted;
    sendHtml(res, status, this.#page(values, result), headers);
  }

  #page(values: FormValues, result: FormResult, focus?: string): Html {
    return formPage({ form: this.#form, state: { values, errors: errorsOf(result), focus }, result });
  }
}

/** Returns the errors of each field, by its name. */
function errorsOf(result: FormResult): ReadonlyMap<string, readonly string[]> {
  const errors = new Map<string, string[]>();
  for (const { field, detail } of result.kind === 'refused' ? result.problems : []) {
    if (field !== undefined) errors.set(field.name, [...(errors.get(field.name) ?? []), detail]);
  }
  return errors;
}

/** `GET /record/receipts/{id}`: the event that a form has added, as its preview showed it. */
export async function showReceipt(
  context: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const event = await context.store.readEvent(req.params.id.toLowerCase());
  const recorded = event && (await previewRecorded(context.store, event));
  const version = recorded?.versions[0];
  if (event === undefined || version === undefined) return sendProblem(res, unknownEvent());
  const preview = previewOf(context, version, recorded?.warnings ?? []);
  sendHtml(res, 200, receiptPage(decodeEvent(event), preview), NO_CACHE);
}
