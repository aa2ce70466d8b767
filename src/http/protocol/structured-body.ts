import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import { readFormBody } from '../forms/form-body.ts';
import { bodyFormatOf, FORM_TYPE, readBody, utf8MediaType } from './body.ts';
import type { AppContext } from './context.ts';
import type { Request, Response } from './handler.ts';
import { type Problem, problemOfJsonError } from './problems.ts';

/** Undefined if the client has disconnected. */
export type BodyReading<Value> = { readonly value: Value } | { readonly problem: Problem } | undefined;

/** True if a page sent the request. */
export function isForm({ headers }: Request<unknown>): boolean {
  return utf8MediaType(headers['content-type'] ?? '') === FORM_TYPE;
}

/** Reads what a page or a program sent. */
export function readFormOrJson(
  context: AppContext,
  req: Request<unknown>,
  res: Response,
): Promise<BodyReading<unknown>> {
  return isForm(req) ? readForm(context, req, res) : readJsonBody(context, req, res);
}

/** Reads the form of a page as an object. Fields that are left empty count as not sent. */
export async function readForm(
  context: AppContext,
  req: Request<unknown>,
  res: Response,
): Promise<BodyReading<Readonly<Record<string, string>>>> {
  const form = await readFormBody(req, res, context);
  if (form.outcome === 'aborted') return undefined;
  if (form.outcome === 'refused') return form;
  const filled = [...form.fields].map(([name, value]) => [name, value.trim()] as const);
  return { value: Object.fromEntries(filled.filter(([, value]) => value !== '')) };
}

/** Reads a JSON body. */
export async function readJsonBody(
  context: AppContext,
  req: Request<unknown>,
  res: Response,
): Promise<BodyReading<unknown>> {
  const body = bodyFormatOf(req);
  if (body.outcome === 'unsupported' || body.format !== 'json') {
    const detail = body.outcome === 'unsupported' ? body.detail : 'Send application/json.';
    return { problem: { code: 'unsupported-media-type', detail } };
  }
  const read = await readBody(req, res, context);
  if (read.outcome === 'aborted') return undefined;
  if (read.outcome === 'refused') return read;
  const json = parseJsonStrictly(read.body);
  if (json.outcome === 'refused') return { problem: problemOfJsonError(json.error) };
  return { value: json.value };
}
