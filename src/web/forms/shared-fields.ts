import { actor } from '../../domain/fields/actor.ts';
import { source } from '../../domain/fields/source.ts';
import { CREDIBILITY_LABELS, labelFor, RELIABILITY_LABELS } from '../text/vocabulary.ts';
import type { FormField, Group, ItemList, Line, Need, Rows } from './form-field.ts';

/** What several kinds of event are asked for. */

const COUNTRY_HINT = 'By name, in any language, or by code';
const LANGUAGE_HINT = 'As a tag: en, ur, zh-Hans';

/** Codes with what they are called. */
export function optionsOf(
  codes: readonly string[],
  words: Readonly<Record<string, string>> = {},
): readonly (readonly [string, string])[] {
  return codes.map((code) => [code, labelFor(words, code)]);
}

export function countryField(at: string, label: string, need?: Need): Line {
  return { kind: 'line', at, label, hint: COUNTRY_HINT, ...(need && { need }) };
}

export function languageField(at: string, need?: Need): Line {
  return { kind: 'line', at, label: 'Language', hint: LANGUAGE_HINT, ...(need && { need }) };
}

/**
 * Whoever speaks, signs, sends or reports.
 *
 * @param who what the labels call them, where they stand beside other fields
 */
export function actorFields(at: string, need?: Need, who?: string): readonly FormField[] {
  const needed = need && { need };
  return [
    { kind: 'line', at: `${at}/name`, label: who === undefined ? 'Name' : capital(who), ...needed },
    {
      kind: 'choice',
      at: `${at}/kind`,
      label: who === undefined ? 'Kind' : `Kind of ${who}`,
      options: optionsOf(actor.shape.kind.options, { igo: 'international organisation' }),
      ...needed,
    },
    {
      kind: 'line',
      at: `${at}/country`,
      label: who === undefined ? 'Country' : `Country of the ${who}`,
      hint: 'Where the source says it',
    },
  ];
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

export function placeFields(at: string, need?: Need): readonly FormField[] {
  return [
    countryField(`${at}/country`, 'Country', need),
    { kind: 'line', at: `${at}/name`, label: 'Place', hint: 'Such as Karachi' },
    { kind: 'line', at: `${at}/locode`, label: 'UN/LOCODE', hint: 'Such as PKKHI' },
  ];
}

export const topicsField: ItemList = {
  kind: 'list',
  at: '/data/topics',
  label: 'Topics',
  hint: 'With commas between them: rare-earths, export-controls',
};

export const dateGroup: Group = {
  kind: 'group',
  legend: 'When',
  hint: 'As exactly as it is known and no more: 2025-09 is a month, 2025~ about a year, 2025-09-07/2025-09-09 from the one day to the other, ../2025-10-13 not after a day.',
  fields: [
    {
      kind: 'line',
      at: '/occurred',
      label: 'Date',
      need: 'always',
      hint: 'Such as 2025-09-08 or 2025-09',
    },
    {
      kind: 'choice',
      at: '/data/dateBasis',
      label: 'Where the date comes from',
      options: [
        ['stated', 'the source states it'],
        ['inferred', 'it was worked out'],
      ],
    },
    {
      kind: 'line',
      at: '/data/dateVerbatim',
      label: 'In the words of the source',
      hint: 'Such as “recently”',
    },
  ],
};

/** @param example name of a record of the kind */
export function recordField(example: string): Line {
  return {
    kind: 'line',
    at: '/stream',
    label: 'Record that it belongs to',
    hint: `By name, such as ${example}; empty: it opens one of its own`,
  };
}

export const goodsRows: Rows = {
  kind: 'rows',
  at: '/data/goods',
  legend: 'Goods',
  one: 'Good',
  fields: [
    { kind: 'line', at: '/description', label: 'What', need: 'always' },
    { kind: 'line', at: '/quantity', label: 'Quantity', hint: 'Digits and a point: 12.5' },
    { kind: 'line', at: '/unit', label: 'Unit', hint: 'Such as t, kg or barrel' },
    { kind: 'line', at: '/hsCode', label: 'HS code', hint: 'Digits only, such as 260300' },
  ],
};

export const attributionRows: Rows = {
  kind: 'rows',
  at: '/attribution',
  legend: 'Through whom it came',
  hint: 'In order: who said it, who passed it on, the outlet that was read.',
  one: 'Link',
  fields: actorFields('', 'always'),
};

export const sourceRows: Rows = {
  kind: 'rows',
  at: '/sources',
  legend: 'Sources',
  hint: 'Where it was read. Addresses are kept, and never fetched.',
  one: 'Source',
  min: 1,
  need: 'always',
  fields: [
    { kind: 'line', at: '/outlet', label: 'Outlet', need: 'always' },
    { kind: 'line', at: '/title', label: 'Title' },
    { kind: 'line', at: '/url', label: 'Address', hint: 'The whole of it, with https://' },
    languageField('/language'),
    { kind: 'line', at: '/publishedOn', label: 'Published on', hint: 'A date as above' },
    {
      kind: 'line',
      at: '/retrievedAt',
      label: 'Retrieved at (UTC)',
      hint: 'Such as 2025-10-13 07:00',
      json: instantOf,
    },
    {
      kind: 'group',
      legend: 'Reliability, and through whom it came',
      isFolded: true,
      fields: [
        {
          kind: 'choice',
          at: '/reliability',
          label: 'Reliability of the source',
          options: graded(source.shape.reliability.unwrap().options, RELIABILITY_LABELS),
        },
        {
          kind: 'choice',
          at: '/credibility',
          label: 'Credibility of the content',
          options: graded(Object.keys(CREDIBILITY_LABELS), CREDIBILITY_LABELS),
          json: (value) => (/^\d$/.test(value) ? Number(value) : value),
        },
        attributionRows,
      ],
    },
  ],
};

/** Of the Admiralty code: the grade and what it means. */
function graded(grades: readonly string[], words: Readonly<Record<string, string>>) {
  return grades.map((grade) => [grade, `${grade}, ${labelFor(words, grade)}`] as const);
}

/** A date and time to the minute, as people write it, is one of UTC here; anything else stays as it is. */
function instantOf(text: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)Z?$/.exec(text) ?? [];
  return day === undefined ? text : `${day}T${time}:00Z`;
}
