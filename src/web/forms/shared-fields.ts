import type { z } from 'zod';
import { actor } from '../../domain/fields/actor.ts';
import { amount } from '../../domain/fields/amount.ts';
import { labelsOf } from '../../domain/fields/field-kind.ts';
import { qualifier } from '../../domain/fields/quantity.ts';
import { source } from '../../domain/fields/source.ts';
import { capitalize } from '../text/format-text.ts';
import { CREDIBILITY_LABELS, labelFor, RELIABILITY_LABELS } from '../text/vocabulary.ts';
import type { FormField, Group, ItemList, Line, Rows } from './form-field.ts';

/* Fields that several forms have in common. */

const COUNTRY_HINT = 'A name, in any language, or a code';
const LANGUAGE_HINT = 'A language tag, such as en, ur or zh-Hans';

/** Returns the codes of an enumeration with their labels. */
export function optionsOf(
  schema: z.ZodEnum,
  labels: Readonly<Record<string, string>> = labelsOf(schema),
): readonly (readonly [string, string])[] {
  return schema.options.map((code) => [String(code), labelFor(labels, code)]);
}

export function countryField(pointer: string, label: string, required?: true): Line {
  return { kind: 'line', pointer, label, hint: COUNTRY_HINT, ...(required && { required }) };
}

export function languageField(pointer: string, required?: true): Line {
  return { kind: 'line', pointer, label: 'Language', hint: LANGUAGE_HINT, ...(required && { required }) };
}

/** @param role what the actor is called, where the fields of several actors or things follow one another */
export function actorFields(pointer: string, required?: true, role?: string): readonly FormField[] {
  const requirement = required && { required };
  return [
    {
      kind: 'line',
      pointer: `${pointer}/name`,
      label: role === undefined ? 'Name' : capitalize(role),
      ...requirement,
    },
    {
      kind: 'choice',
      pointer: `${pointer}/kind`,
      label: role === undefined ? 'Kind' : `Kind of ${role}`,
      options: optionsOf(actor.shape.kind),
      ...requirement,
    },
    {
      kind: 'line',
      pointer: `${pointer}/country`,
      label: role === undefined ? 'Country' : `Country of the ${role}`,
      hint: 'Only if the source states it',
    },
  ];
}

export function placeFields(pointer: string): readonly FormField[] {
  return [
    countryField(`${pointer}/country`, 'Country'),
    { kind: 'line', pointer: `${pointer}/name`, label: 'Place', hint: 'For example Karachi' },
    { kind: 'line', pointer: `${pointer}/locode`, label: 'UN/LOCODE', hint: 'For example PKKHI' },
    { kind: 'line', pointer: `${pointer}/waters`, label: 'Waters', hint: 'For example the Strait of Hormuz' },
  ];
}

export const topicsField: ItemList = {
  kind: 'list',
  pointer: '/data/topics',
  label: 'Topics',
  hint: 'Separated by commas, for example rare earths, export controls',
};

export const dateGroup: Group = {
  kind: 'group',
  legend: 'Date',
  hint:
    'Only as precise as it is known: 2025-09 is a month, 2025~ means about 2025, 2025-09-07/2025-09-09 is a range, ' +
    '../2025-10-13 means no later than that day.',
  fields: [
    {
      kind: 'line',
      pointer: '/occurred',
      label: 'Date of the event',
      required: true,
      hint: 'For example 2025-09-08 or 2025-09',
    },
    {
      kind: 'choice',
      pointer: '/data/dateBasis',
      label: 'Basis of the date',
      options: [
        ['stated', 'stated by the source'],
        ['inferred', 'inferred from the source'],
      ],
    },
    {
      kind: 'line',
      pointer: '/data/dateVerbatim',
      label: 'Wording of the source',
      hint: 'For example “recently”',
    },
  ],
};

/** @param example name of a record that the form adds to */
export function recordField(example: string): Line {
  return {
    kind: 'line',
    pointer: '/stream',
    label: 'Record',
    hint: `The name of an existing record, such as ${example}. Leave empty to start a new one.`,
  };
}

export const goodsRows: Rows = {
  kind: 'rows',
  pointer: '/data/goods',
  legend: 'Goods',
  rowLabel: 'Item',
  fields: [
    { kind: 'line', pointer: '/description', label: 'Description', required: true },
    { kind: 'line', pointer: '/quantity/value', label: 'Quantity', hint: 'A decimal number, such as 12.5' },
    { kind: 'line', pointer: '/quantity/unit', label: 'Unit', hint: 'For example t, kg or barrel' },
    { kind: 'choice', pointer: '/quantity/qualifier', label: 'Precision', options: optionsOf(qualifier) },
    { kind: 'line', pointer: '/hsCode', label: 'HS code', hint: 'Digits only, such as 260300' },
  ],
};

/** @param pointer of the list in the event */
export function amountRows(pointer: string, legend: string): Rows {
  return {
    kind: 'rows',
    pointer,
    legend,
    hint: 'As reported; amounts are never added up.',
    rowLabel: 'Amount',
    fields: [
      {
        kind: 'line',
        pointer: '/value',
        label: 'Value',
        hint: 'Digits without separators, such as 500000000',
        required: true,
      },
      {
        kind: 'line',
        pointer: '/currency',
        label: 'Currency',
        hint: 'ISO 4217, such as USD',
        required: true,
      },
      {
        kind: 'choice',
        pointer: '/qualifier',
        label: 'Precision',
        options: optionsOf(amount.shape.qualifier),
        required: true,
      },
      {
        kind: 'choice',
        pointer: '/role',
        label: 'Role of the amount',
        options: optionsOf(amount.shape.role),
        required: true,
      },
    ],
  };
}

export const attributionRows: Rows = {
  kind: 'rows',
  pointer: '/attribution',
  legend: 'Attribution',
  hint: 'In order: who said it, who relayed it, and the outlet that reported it.',
  rowLabel: 'Link',
  fields: actorFields('', true),
};

export const sourceRows: Rows = {
  kind: 'rows',
  pointer: '/sources',
  legend: 'Sources',
  hint: 'Where it was reported. Links are stored, but their pages are never fetched.',
  rowLabel: 'Source',
  rowsMin: 1,
  required: true,
  fields: [
    { kind: 'line', pointer: '/outlet', label: 'Outlet', required: true },
    { kind: 'line', pointer: '/title', label: 'Title' },
    { kind: 'line', pointer: '/url', label: 'URL', hint: 'In full, with https://' },
    languageField('/language'),
    { kind: 'line', pointer: '/publishedOn', label: 'Published on', hint: 'A date, as above' },
    {
      kind: 'line',
      pointer: '/retrievedAt',
      label: 'Retrieved at (UTC)',
      hint: 'For example 2025-10-13 07:00',
      toJson: toInstant,
    },
    {
      kind: 'group',
      legend: 'Reliability and attribution',
      isCollapsed: true,
      fields: [
        {
          kind: 'choice',
          pointer: '/reliability',
          label: 'Reliability of the source',
          options: gradeOptions(source.shape.reliability.unwrap().options, RELIABILITY_LABELS),
        },
        {
          kind: 'choice',
          pointer: '/credibility',
          label: 'Credibility of the content',
          options: gradeOptions(Object.keys(CREDIBILITY_LABELS), CREDIBILITY_LABELS),
          toJson: (value) => (/^\d$/.test(value) ? Number(value) : value),
        },
        attributionRows,
      ],
    },
  ],
};

/** Grades of the Admiralty code, each with its meaning. */
function gradeOptions(grades: readonly string[], labels: Readonly<Record<string, string>>) {
  return grades.map((grade) => [grade, `${grade}, ${labelFor(labels, grade)}`] as const);
}

/** Turns a date and time to the minute into an instant in UTC. Other texts are left to validation. */
function toInstant(text: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)Z?$/.exec(text) ?? [];
  return day === undefined ? text : `${day}T${time}:00Z`;
}
