import type { ServerResponse } from 'node:http';
import { FORM_TYPE, readBody, utf8MediaType } from '../protocol/body.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Problem } from '../protocol/problems.ts';
import type { ReceivedRequest } from '../protocol/received-request.ts';

/** More than any form has. */
export const FIELDS_MAX = 5_000;

export type FormBodyOutcome =
  | { readonly outcome: 'read'; readonly fields: ReadonlyMap<string, string> }
  | { readonly outcome: 'refused'; readonly problem: Problem }
  | { readonly outcome: 'aborted' };

type RefusedForm = Extract<FormBodyOutcome, { outcome: 'refused' }>;

/** Reads an `application/x-www-form-urlencoded` body (WHATWG URL §5.1) in UTF-8. Line breaks become line feeds. */
export async function readFormBody(
  req: ReceivedRequest,
  res: ServerResponse,
  context: Pick<AppContext, 'limits'>,
): Promise<FormBodyOutcome> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = req.headers;
  if (utf8MediaType(type) !== FORM_TYPE || encoding !== 'identity') {
    return refused({ code: 'unsupported-media-type', detail: `Send ${FORM_TYPE}, in UTF-8.` });
  }
  const read = await readBody(req, res, context);
  if (read.outcome !== 'read') return read;
  return parseFields(read.body.toString('latin1'));
}

/** A correctly encoded body is ASCII. Other bytes are refused with the field that contains them. */
function parseFields(body: string): FormBodyOutcome {
  const pairs = body === '' ? [] : body.split('&', FIELDS_MAX + 1);
  if (pairs.length > FIELDS_MAX) return tooManyFields();
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const sign = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const [name, value] = [decode(pair.slice(0, sign)), decode(pair.slice(sign + 1))];
    if (name === undefined || value === undefined) {
      return malformed('The form must be percent-encoded UTF-8.');
    }
    if (fields.has(name)) return malformed(`The form contains the field ${name} twice.`);
    fields.set(name, value.replaceAll('\r\n', '\n'));
  }
  return { outcome: 'read', fields };
}

/** Returns undefined if the text is not percent-encoded UTF-8. */
function decode(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches everything outside ASCII
  if (/[^\u0000-\u007f]/.test(text)) return undefined;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

export function malformed(detail: string): RefusedForm {
  return refused({ code: 'malformed-form', detail });
}

export function tooManyFields(): RefusedForm {
  return refused({ code: 'too-large', detail: `A form may have at most ${FIELDS_MAX} fields.` });
}

function refused(problem: Problem): RefusedForm {
  return { outcome: 'refused', problem };
}
