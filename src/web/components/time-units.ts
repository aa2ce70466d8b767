import { addDays } from 'date-fns/addDays';
import { addMonths } from 'date-fns/addMonths';
import { addQuarters } from 'date-fns/addQuarters';
import { addYears } from 'date-fns/addYears';
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays';
import { differenceInCalendarMonths } from 'date-fns/differenceInCalendarMonths';
import { differenceInCalendarQuarters } from 'date-fns/differenceInCalendarQuarters';
import { differenceInCalendarYears } from 'date-fns/differenceInCalendarYears';
import { format } from 'date-fns/format';
import { formatISO } from 'date-fns/formatISO';
import { setYear } from 'date-fns/setYear';
import { startOfDay } from 'date-fns/startOfDay';
import { startOfMonth } from 'date-fns/startOfMonth';
import { startOfQuarter } from 'date-fns/startOfQuarter';
import { startOfYear } from 'date-fns/startOfYear';
import type { Day } from '../../domain/values/edtf.ts';

/*
 * date-fns computes in the time zone of the process. Here a civil day is the midnight that begins it in that zone, so
 * the zone cancels out.
 */
export interface TimeUnit {
  readonly name: 'day' | 'month' | 'quarter' | 'year' | 'decade' | 'century';
  readonly startOf: (date: Date) => Date;
  readonly add: (date: Date, count: number) => Date;
  readonly difference: (later: Date, earlier: Date) => number;
  /** Gets the first and the last day of a bucket. */
  readonly describe: (start: Date, end: Date) => BucketText;
}

/** How a bucket is named, and its bounds for a filter: a day, month or year each. */
export interface BucketText {
  readonly label: string;
  readonly from: string;
  readonly to: string;
}

export const CENTURY = unitOfYears('century', 100);

/** Shortest first. */
export const TIME_UNITS: readonly TimeUnit[] = [
  {
    name: 'day',
    startOf: startOfDay,
    add: addDays,
    difference: differenceInCalendarDays,
    describe: (day) => ({ label: format(day, 'd MMMM uuuu'), from: toDay(day), to: toDay(day) }),
  },
  {
    name: 'month',
    startOf: startOfMonth,
    add: addMonths,
    difference: differenceInCalendarMonths,
    describe: (start) => ({ label: format(start, 'MMMM uuuu'), from: toMonth(start), to: toMonth(start) }),
  },
  {
    name: 'quarter',
    startOf: startOfQuarter,
    add: addQuarters,
    difference: differenceInCalendarQuarters,
    describe: (start, end) => ({
      label: `${format(start, 'MMMM')}–${format(end, 'MMMM uuuu')}`,
      from: toMonth(start),
      to: toMonth(end),
    }),
  },
  {
    name: 'year',
    startOf: startOfYear,
    add: addYears,
    difference: differenceInCalendarYears,
    describe: (start) => ({ label: toYear(start), from: toYear(start), to: toYear(start) }),
  },
  unitOfYears('decade', 10),
  CENTURY,
];

function unitOfYears(name: 'decade' | 'century', years: number): TimeUnit {
  const startOf = (date: Date) => setYear(startOfYear(date), Math.floor(date.getFullYear() / years) * years);
  return {
    name,
    startOf,
    add: (date, count) => addYears(date, count * years),
    difference: (later, earlier) => differenceInCalendarYears(startOf(later), startOf(earlier)) / years,
    describe: (start, end) => ({
      label: `${toYear(start)}–${toYear(end)}`,
      from: toYear(start),
      to: toYear(end),
    }),
  };
}

export function toDay(date: Date): Day {
  return formatISO(date, { representation: 'date' }) as Day;
}

function toMonth(date: Date): string {
  return toDay(date).slice(0, 'YYYY-MM'.length);
}

function toYear(date: Date): string {
  return toDay(date).slice(0, 'YYYY'.length);
}
