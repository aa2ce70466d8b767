import type { core } from 'zod';
import { limits } from '../values/limits.ts';

/** The codes of field errors. They are part of the API: the meaning of a code never changes. */
export const FIELD_ERROR_CODES = [
  'already-retracted',
  'already-withdrawn',
  'content-redacted',
  'ambiguous-country',
  'country-out-of-time',
  'date-mismatch',
  'duplicate-key',
  'empty',
  'invalid-amount',
  'invalid-date',
  'invalid-date-time',
  'invalid-hash',
  'invalid-hs-code',
  'invalid-id',
  'invalid-identifier',
  'invalid-language',
  'invalid-locode',
  'invalid-quantity',
  'invalid-reference',
  'invalid-stream',
  'invalid-time-zone',
  'invalid-topic',
  'invalid-url',
  'missing-field',
  'nothing-changed',
  'out-of-range',
  'record-full',
  'self-link',
  'server-field',
  'too-few',
  'too-long',
  'too-many',
  'unknown-country',
  'unknown-currency',
  'unknown-event',
  'unknown-field',
  'unknown-party',
  'unknown-record',
  'unknown-type',
  'unknown-value',
  'unsupported-date',
  'wrong-category',
  'wrong-target',
  'wrong-type',
] as const;

export type FieldErrorCode = (typeof FIELD_ERROR_CODES)[number];

export interface FieldError {
  /** RFC 6901 pointer into the event; `''` for the whole event. */
  readonly pointer: string;
  readonly code: FieldErrorCode;
  /** A sentence that says what is wrong and what to send instead. */
  readonly detail: string;
}

type Path = readonly PropertyKey[];
type Issue = core.$ZodIssue;

/** Makes the issue by which our own checks report a code to zod, for `fieldErrorsOf` to read. */
export function issue(input: unknown, code: FieldErrorCode, detail: string, path: PropertyKey[] = []) {
  return { code: 'custom' as const, input, message: detail, path, params: { code }, continue: true };
}

/** Returns an RFC 6901 pointer, with `~` and `/` escaped. */
export function pointerOf(path: Path): string {
  return path.map((part) => `/${escapePointerPart(String(part))}`).join('');
}

function escapePointerPart(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Converts zod's issues to field errors, at most `limits.errorsMax`. `at` is prepended to the pointers. */
export function fieldErrorsOf(issues: readonly Issue[], input: unknown, at = ''): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const found of issues) {
    for (const error of errorsOfIssue(found, input)) {
      if (errors.length === limits.errorsMax) return errors;
      errors.push({ ...error, pointer: at + error.pointer });
    }
  }
  return errors;
}

function errorsOfIssue(found: Issue, input: unknown): readonly FieldError[] {
  const pointer = pointerOf(found.path);
  switch (found.code) {
    case 'unrecognized_keys':
      return found.keys.slice(0, limits.errorsMax).map((key) => ({
        pointer: `${pointer}/${escapePointerPart(key)}`,
        code: 'unknown-field',
        detail: 'There is no such field. Leave it out.',
      }));
    case 'invalid_type':
      return [{ pointer, ...typeError(found.expected, valueAt(input, found.path)) }];
    case 'invalid_value':
      return [{ pointer, ...valueError(found.values, valueAt(input, found.path)) }];
    case 'too_big':
      return [{ pointer, ...sizeError(found.origin, 'max', Number(found.maximum)) }];
    case 'too_small':
      return [{ pointer, ...sizeError(found.origin, 'min', Number(found.minimum)) }];
    case 'custom':
      return [{ pointer, code: found.params?.['code'] as FieldErrorCode, detail: found.message }];
    case 'invalid_key':
      return found.issues.flatMap((inner) => errorsOfIssue({ ...inner, path: found.path }, input));
    default:
      return [{ pointer, code: 'unknown-value', detail: found.message }];
  }
}

type CodeAndDetail = Pick<FieldError, 'code' | 'detail'>;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
};

function typeError(expected: string, value: unknown): CodeAndDetail {
  const kind = TYPE_NAMES[expected] ?? expected;
  if (value === undefined)
    return { code: 'missing-field', detail: `This field is required and must be ${kind}.` };
  return { code: 'wrong-type', detail: `Expected ${kind}.` };
}

function valueError(values: readonly unknown[], value: unknown): CodeAndDetail {
  const choice = `one of ${values.join(', ')}`;
  if (value === undefined)
    return { code: 'missing-field', detail: `This field is required and must be ${choice}.` };
  return { code: 'unknown-value', detail: `Expected ${choice}.` };
}

function sizeError(origin: string, side: 'min' | 'max', bound: number): CodeAndDetail {
  if (origin === 'array' && side === 'max')
    return { code: 'too-many', detail: `At most ${bound} ${bound === 1 ? 'item is' : 'items are'} allowed.` };
  if (origin === 'array')
    return {
      code: 'too-few',
      detail: `At least ${bound} ${bound === 1 ? 'item is' : 'items are'} required.`,
    };
  if (origin !== 'string') {
    return { code: 'out-of-range', detail: `Expected ${side === 'max' ? 'at most' : 'at least'} ${bound}.` };
  }
  if (side === 'max') return { code: 'too-long', detail: `At most ${bound} characters are allowed.` };
  return { code: 'empty', detail: 'The text is empty. Fill the field or leave it out.' };
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
