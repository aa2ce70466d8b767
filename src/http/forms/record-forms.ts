import { mayAddToCategory, type Principal } from '../../access/principal.ts';
import { readRecord } from '../../append/read-record.ts';
import { contentTypes, findContentType } from '../../domain/event-types/registry.ts';
import { openingOf } from '../../domain/record/record-version.ts';
import { eventForms } from '../../web/forms/event-form.ts';
import type { RecordForm } from '../../web/forms/form-field.ts';
import type { FormSubject } from '../../web/forms/form-page.ts';
import type { FormValues } from '../../web/forms/form-values.ts';
import { formChoicePage } from '../../web/forms/receipt-page.ts';
import { describeDate, readDate } from '../../web/text/read-date.ts';
import { scopeRefusalOf } from '../protocol/authorization.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { namesOf } from '../protocol/parameters.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, type Problem, unknownStream } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import { dateTextParameter, draftParameter, recordParameter } from './descriptions.ts';
import { valuesOfDraft } from './draft-values.ts';
import { NO_CACHE } from './form-handler.ts';
import type { OpenedForm } from './opened-form.ts';

/** `GET /record`: the choice of forms, for the streams that the principal may add to. */
export function showFormChoice({ principal }: Request, res: Response): void {
  sendHtml(res, 200, formChoicePage(formsFor(principal)), NO_CACHE);
}

/** Returns the forms that add to streams of the scope. */
export function formsFor(principal: Principal): readonly RecordForm[] {
  const types = contentTypes().filter(({ category }) => mayAddToCategory(principal, category));
  const names = new Set(types.map(({ name }) => name));
  return eventForms().filter(({ type }) => names.has(type));
}

/** `GET /record/dates`: how a form understands a date, for the script that shows it. */
export function showDateReading(req: Request, res: Response): void {
  const query = new QueryParameters(req.originalUrl, [dateTextParameter.name]);
  const text = query.text(dateTextParameter.name) ?? '';
  if (query.errors.length > 0) sendProblem(res, invalidQuery(query.errors));
  else sendJson(res, 200, JSON.stringify(readingOf(text)), NO_CACHE);
}

function readingOf(text: string) {
  const read = readDate(text);
  if (read.outcome === 'refused') return { edtf: null, reading: read.detail };
  return { edtf: read.edtf, reading: describeDate(read.edtf) };
}

/**
 * Opens a form at `/record/<path>`. The parameter `draft` fills it with what a draft of the inbox says, and `record`
 * with the record that the event is a later step of.
 */
export async function openRecordForm(
  context: AppContext,
  form: RecordForm,
  req: Request,
): Promise<OpenedForm | Problem> {
  const parameters = req.method === 'POST' ? [recordParameter] : [draftParameter, recordParameter];
  const query = new QueryParameters(req.originalUrl, namesOf(parameters));
  const [id, record] = [query.text(draftParameter.name), query.text(recordParameter.name)];
  if (query.errors.length > 0) return invalidQuery(query.errors);
  const refusal = record === undefined ? undefined : scopeRefusalOf(req.principal, record, 'record');
  if (refusal !== undefined) return refusal;
  const draft = id === undefined ? undefined : context.inbox.find(id);
  if (id !== undefined && draft === undefined) return { code: 'unknown-draft' };
  const carried = record === undefined ? undefined : await carriedOver(context, form, record);
  if (record !== undefined && carried === undefined) return unknownStream();
  return {
    form,
    subject: carried,
    values: new Map([
      ...(draft === undefined ? [] : valuesOfDraft(form, draft)),
      ...(record === undefined ? [] : ([['/stream', record]] as const)),
    ]) satisfies FormValues,
    complete: (event) => event,
    preview: ({ versions: [version] }) => ({ version }),
  };
}

/** Returns what a later step takes from the first event of its record; undefined if there is no such record. */
async function carriedOver(
  { store }: AppContext,
  { type }: RecordForm,
  record: string,
): Promise<FormSubject | undefined> {
  const { state } = await readRecord(store, record, () => false);
  const opening = openingOf(state);
  if (opening === undefined) return undefined;
  const { inherits, ownFields = [] } = findContentType(type) ?? {};
  return { version: opening, ...(inherits === true && { ownFields }) };
}
