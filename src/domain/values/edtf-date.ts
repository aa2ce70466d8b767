import { type ClosedSpan, type DateSpan, type DateUnit, maskedSpan, widened } from './calendar.ts';

/** The meaning of `?`, `~` and `%`. An interval or a set combines the qualifiers of its dates. */
export type DateQualifier = 'uncertain' | 'approximate' | 'both';

/** What a date means. */
export interface EdtfDate {
  /** The first and last day as stated. A set lasts from its first member to its last. */
  readonly span: DateSpan;
  readonly qualifier: DateQualifier | undefined;
  /** The end of an interval that is not known. The span has no day there. */
  readonly unknownEnd: 'start' | 'end' | undefined;
  /** The days that the date may mean, margins of approximate dates included: spans in order, with days between them. */
  readonly reach: readonly DateSpan[];
}

/** `detail` is a sentence that says what to send instead. */
export interface EdtfRefusal {
  readonly outcome: 'refused';
  /** `unsupported`: the text is EDTF, but of a form that is not recorded here. */
  readonly reason: 'invalid' | 'unsupported';
  readonly detail: string;
}

type SingleDate = ClosedSpan & Pick<EdtfDate, 'qualifier'> & { readonly margin: ClosedSpan };

export type SingleOutcome = ({ readonly outcome: 'parsed' } & SingleDate) | EdtfRefusal;

const DATE = /^([1-9][\dX]{3})(?:-([\dX]{2})(?:-([\dX]{2}))?)?([?~%])?$/;

/** Parses a day, month or year with an optional qualifier. `margin` is the span with the margin of the qualifier. */
export function parseSingleDate(text: string): SingleOutcome {
  const match = DATE.exec(text);
  if (match === null) return refusalOf(text);
  const [, year = '', month = 'XX', day = 'XX', mark] = match;
  if (Number(month) >= 21 && Number(month) <= 41) {
    return unsupported(
      'Seasons and quarters are not supported. Write the months as an interval, such as 2025-06/2025-08.',
    );
  }
  const span = maskedSpan(year, month, day);
  if (span === undefined) return invalid(`${text} is not in the calendar.`);
  const qualifier = qualifierOf(mark);
  const isExact = qualifier === undefined || qualifier === 'uncertain';
  return {
    outcome: 'parsed',
    ...span,
    qualifier,
    margin: isExact ? span : widened(span, unitOf(month, day)),
  };
}

/** Returns the unit of the finest part that is not wholly unknown. */
function unitOf(month: string, day: string): DateUnit {
  if (day !== 'XX') return 'day';
  return month === 'XX' ? 'year' : 'month';
}

function qualifierOf(mark: string | undefined): DateQualifier | undefined {
  if (mark === '?') return 'uncertain';
  if (mark === '~') return 'approximate';
  return mark === '%' ? 'both' : undefined;
}

export function combinedQualifier(
  a: DateQualifier | undefined,
  b: DateQualifier | undefined,
): DateQualifier | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a === b ? a : 'both';
}

const FORMS = 'Expected a date such as 2025-09-08, 2025-09, 2025, 2025-1X, 2025-09~ or 2025-09-07/2025-09-09';
const YEARS = 'Other years than those from 1000 to 9999, with four digits, are not supported.';

/** `05/06/2025` and `5.6.2025`. */
const DAY_FIRST = /^\d{1,2}[/.]\d{1,2}([/.]|$)/;

export function isDayFirst(text: string): boolean {
  return DAY_FIRST.test(text);
}

/** Valid EDTF of levels 0 to 2 that is refused, with the reason. */
const UNSUPPORTED: readonly (readonly [form: RegExp, detail: string])[] = [
  [/^Y-?\d+(E\d+)?(S\d+)?$/, YEARS],
  [/^-?\d{4}S\d+$/, 'Significant digits are not supported. Write 195X or 1950/1959 for 1950S2 or 1950S3.'],
  [/^(-\d{4}|0\d{3})(-\d\d){0,2}[?~%]?$/, YEARS],
  [/^X[\dX]{3}(-[\dX]{2}){0,2}[?~%]?$/, 'The first digit of the year must be known.'],
  [
    /^[?~%]?[\dX]{4}[?~%]?(-[?~%]?[\dX]{2}[?~%]?){0,2}$/,
    'A qualifier of a part of a date is not supported. Put one (?, ~ or %) at the end of the whole date.',
  ],
  [/^\d{4}-\d\d-\d\dT\d/, 'A time of day is not supported. Give the day alone, such as 2025-10-13.'],
];

/** Says why a text is not one of the supported dates. */
function refusalOf(text: string): EdtfRefusal {
  const [, detail] = UNSUPPORTED.find(([form]) => form.test(text)) ?? [];
  if (detail !== undefined) return unsupported(detail);
  if (isDayFirst(text)) return invalid(`${text} is ambiguous. Write the year first, such as 2025-06-05.`);
  if (/^\d{8}$/.test(text))
    return invalid(`Write ${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}, with hyphens.`);
  if (/[?~%].*\d|[?~%]{2}/.test(text))
    return invalid('Put one qualifier (?, ~ or %) at the end of the date.');
  return notADate();
}

export function notADate(): EdtfRefusal {
  return invalid(`${FORMS}. Words such as “recently” belong in dateVerbatim, next to an interval.`);
}

export function invalid(detail: string): EdtfRefusal {
  return { outcome: 'refused', reason: 'invalid', detail };
}

export function unsupported(detail: string): EdtfRefusal {
  return { outcome: 'refused', reason: 'unsupported', detail };
}
