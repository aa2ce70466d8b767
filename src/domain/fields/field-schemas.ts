import { z } from 'zod';
import { type CountryCode, isReusedCode, resolveCountry } from '../countries/countries.ts';
import { parseDay, parseEdtf } from '../values/edtf.ts';
import { isLanguageTag } from '../values/language-tags.ts';
import { limits } from '../values/limits.ts';
import { resolveTimeZone } from '../values/time-zone.ts';
import { type FieldErrorCode, issue } from './field-error.ts';
import { parseInstant } from './instant.ts';
import { resolveTopic } from './topic.ts';

/*
 * Schemas of fields. They report errors with codes of `FIELD_ERROR_CODES` and replace a text only where the recorded
 * form differs from the sent one (countries, topics, UUIDs, time zones). What JSON Schema can say of a rule is in
 * their metadata.
 */

/** In upper or lower case, without a flag, as JSON Schema has none. */
const UUID = /^[\dA-Fa-f]{8}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{12}$/;
const STREAM = /^[a-z]+-[a-z0-9][a-z0-9._-]*$/;
const SHA_256 = /^sha256:[\da-f]{64}$/;
const HTTP_URL = /^[Hh][Tt][Tt][Pp][Ss]?:\/\//;
const DECIMAL = /^(?:0|[1-9]\d{0,23})(?:\.\d{1,12})?$/;
const LOCAL_DATE_TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** A text with more than white space in it, stored as received. */
export function text(charsMax: number) {
  return z
    .string()
    .min(1)
    .max(charsMax)
    .check((field) => {
      if (field.value !== '' && field.value.trim() === '') {
        field.issues.push(
          issue(field.value, 'empty', 'The text is only white space. Fill the field or leave it out.'),
        );
      }
    });
}

export const name = text(limits.nameCharsMax);
export const line = text(limits.lineCharsMax);

/** A text that must satisfy a rule; `detail` states it. */
function ruled(charsMax: number, isValid: (value: string) => boolean, code: FieldErrorCode, detail: string) {
  return z.string().check((field) => {
    if (field.value.length > charsMax || !isValid(field.value)) {
      field.issues.push(issue(field.value.slice(0, charsMax), code, detail));
    }
  });
}

/** A list of at most `itemsMax` items. */
export function listOf<Item extends z.ZodType>(item: Item, itemsMax: number = limits.labelsMax) {
  return z.array(item).max(itemsMax);
}

/** RFC 9562, any version. Recorded in lower case, as UUIDs compare without case. */
export const uuid = z
  .string()
  .check((field) => {
    if (UUID.test(field.value)) field.value = field.value.toLowerCase();
    else field.issues.push(issue(field.value, 'invalid-id', 'Expected a UUID.'));
  })
  .meta({ pattern: UUID.source });

/** The name of a record, `<category>-<key>`. */
export const stream = ruled(
  limits.streamCharsMax,
  (value) => STREAM.test(value),
  'invalid-stream',
  'Expected <category>-<key>, such as mou-ussm-fwo-2025: lower-case letters, digits, dots, hyphens and underscores.',
).meta({ pattern: STREAM.source, maxLength: limits.streamCharsMax });

/** The name of a record of one category. */
export function streamOf(category: string) {
  return stream
    .check((field) => {
      if (!field.value.startsWith(`${category}-`)) {
        field.issues.push(
          issue(field.value, 'wrong-category', `Expected a record whose name begins with ${category}-.`),
        );
      }
    })
    .meta({ pattern: STREAM.source.replace('[a-z]+', category) });
}

/** The id of an event or the name of a record. */
export const reference = z
  .string()
  .check((field) => {
    if (UUID.test(field.value)) field.value = field.value.toLowerCase();
    else if (field.value.length > limits.streamCharsMax || !STREAM.test(field.value)) {
      const detail =
        'Expected the id of an event (a UUID) or the name of a record, such as mou-ussm-fwo-2025.';
      field.issues.push(issue(field.value.slice(0, limits.nameCharsMax), 'invalid-reference', detail));
    }
  })
  .meta({ pattern: `${UUID.source}|${STREAM.source}`, maxLength: limits.streamCharsMax });

/** A field that is always refused; `detail` says what to send instead. */
export function refusedField(detail: string) {
  return z
    .unknown()
    .transform((sent, field): never => {
      field.issues.push(issue(sent, 'unknown-field', detail));
      return z.NEVER;
    })
    .exactOptional();
}

/** An imprecise date, EDTF. */
export const date = z
  .string()
  .check((field) => {
    const parsed = parseEdtf(field.value);
    if (parsed.outcome === 'parsed') return;
    const code = parsed.reason === 'unsupported' ? 'unsupported-date' : 'invalid-date';
    field.issues.push(issue(field.value, code, parsed.detail));
  })
  .meta({ examples: ['2025-09-08', '2025-09', '2025-09-08/2025-10-13', '2025-10~'] });

/** How the date of an event is known, and the source's own wording. */
export const dateNotes = {
  dateBasis: z
    .enum(['stated', 'inferred'])
    .meta({ title: 'Basis of the date', description: 'Whether the source states the date.' })
    .exactOptional(),
  dateVerbatim: name
    .meta({ title: 'Date as the source has it', description: 'Such as “recently”.' })
    .exactOptional(),
};

/** A local date and time with its IANA time zone. The local day is the day of the event. */
export const zonedDateTime = z.strictObject({
  local: ruled(
    19,
    (value) => parseDay(LOCAL_DATE_TIME.exec(value)?.[1] ?? '') !== undefined,
    'invalid-date-time',
    'Expected the local date and time without an offset, such as 2025-10-13T15:00.',
  ).meta({
    description: 'Local date and time without an offset, such as 2025-10-13T15:00.',
    pattern: LOCAL_DATE_TIME.source,
  }),
  zone: z
    .string()
    .check((field) => {
      const found = resolveTimeZone(field.value);
      if (found.outcome === 'resolved') field.value = found.zone;
      else field.issues.push(issue(field.value, 'invalid-time-zone', found.detail));
    })
    .meta({ description: 'IANA time zone, such as Asia/Shanghai.' }),
});

/** RFC 3339 with any offset. */
export const instant = ruled(
  35,
  (value) => parseInstant(value) !== undefined,
  'invalid-date-time',
  'Expected an RFC 3339 instant, such as 2025-10-13T07:00:00Z.',
).meta({ format: 'date-time', maxLength: 35 });

/** A code or a name of one country, recorded as its code. `CS` passes, as only the date of the event resolves it. */
export const country = z.string().transform((sent, field): CountryCode => {
  if (isReusedCode(sent)) return sent as CountryCode;
  const found = resolveCountry(sent);
  if (found.outcome === 'resolved') return found.code;
  const code = found.reason === 'ambiguous' ? 'ambiguous-country' : 'unknown-country';
  field.issues.push(issue(sent, code, found.detail));
  return z.NEVER;
});

/** A topic in any spelling, recorded as its slug. */
export const topic = z.string().check((field) => {
  const found = resolveTopic(field.value);
  if (found.outcome === 'resolved') field.value = found.topic;
  else field.issues.push(issue(field.value, 'invalid-topic', found.detail));
});

/** BCP 47, with registered subtags. */
export const language = ruled(
  35,
  isLanguageTag,
  'invalid-language',
  'Expected a BCP 47 language tag, such as en, ur or zh-Hans.',
).meta({ maxLength: 35, examples: ['en', 'ur', 'zh-Hans'] });

/** An http or https URL. It is stored and never fetched. */
export const url = ruled(
  limits.urlCharsMax,
  (value) => HTTP_URL.test(value) && URL.canParse(value),
  'invalid-url',
  'Expected an absolute URL that begins with http:// or https://.',
).meta({ pattern: HTTP_URL.source, maxLength: limits.urlCharsMax });

/** The hash of a document as it was retrieved. */
export const contentHash = ruled(
  71,
  (value) => SHA_256.test(value),
  'invalid-hash',
  'Expected sha256: and 64 lower-case hexadecimal digits.',
).meta({ pattern: SHA_256.source });

/** A non-negative decimal number as a text, so that no digit is lost. */
export function decimal(code: FieldErrorCode, example: string) {
  const detail = `Expected a decimal number as a text without separators, such as "${example}".`;
  return ruled(40, (value) => DECIMAL.test(value), code, detail).meta({ pattern: DECIMAL.source });
}
