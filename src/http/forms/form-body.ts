import type { IncomingMessage } from 'node:http';
import { FORM_TYPE, readBody, utf8MediaType } from '../protocol/body.ts';
import type { Problem } from '../protocol/problems.ts';

/** More than any form here has. */
export const FIELDS_MAX = 5_000;

export type FormBodyOutcome =
  | { readonly outcome: 'read'; readonly fields: ReadonlyMap<string, string> }
  | { readonly outcome: 'refused'; readonly problem: Problem }
  | { readonly outcome: 'aborted' };

/** Reads what a browser sends for a form (WHATWG URL §5.1), in UTF-8 or not at all; line ends are those of Unix. */
export async function readFormBody(req: IncomingMessage, bytesMax: number): Promise<FormBodyOutcome> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = req.headers;
  if (utf8MediaType(type) !== FORM_TYPE || encoding !== 'identity') {
    return refused({ code: 'unsupported-media-type', detail: `Send ${FORM_TYPE}, in UTF-8.` });
  }
  const read = await readBody(req, bytesMax);
  if (read.outcome === 'aborted') return read;
  if (read.outcome === 'too-large') {
    return refused({ code: 'too-large', detail: `At most ${bytesMax} bytes are taken.` });
  }
  return fieldsOf(read.body.toString('latin1'));
}

/** The body is ASCII when it is as it should be; the bytes of anything else are no text. */
function fieldsOf(body: string): FormBodyOutcome {
  const pairs = body === '' ? [] : body.split('&', FIELDS_MAX + 1);
  if (pairs.length > FIELDS_MAX) return tooManyFields();
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const sign = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const [name, value] = [decoded(pair.slice(0, sign)), decoded(pair.slice(sign + 1))];
    if (name === undefined || value === undefined)
      return malformed('Its texts are not percent-encoded UTF-8.');
    if (fields.has(name)) return malformed(`It has the field ${name} twice.`);
    fields.set(name, value.replaceAll('\r\n', '\n'));
  }
  return { outcome: 'read', fields };
}

function decoded(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is no ASCII
  if (/[^\u0000-\u007f]/.test(text)) return undefined;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

export function malformed(detail: string): Extract<FormBodyOutcome, { outcome: 'refused' }> {
  return refused({ code: 'malformed-form', detail });
}

export function tooManyFields(): Extract<FormBodyOutcome, { outcome: 'refused' }> {
  return refused({ code: 'too-large', detail: `At most ${FIELDS_MAX} fields are taken.` });
}

function refused(problem: Problem): Extract<FormBodyOutcome, { outcome: 'refused' }> {
  return { outcome: 'refused', problem };
}
