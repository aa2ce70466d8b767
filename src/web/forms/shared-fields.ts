import { type AnyEventType, fieldsOf } from '../../domain/event-types/define-event-type.ts';
import { source } from '../../domain/fields/source.ts';
import { CREDIBILITY_LABELS, RELIABILITY_LABELS } from '../text/vocabulary.ts';
import type { FormField, Group, Input, Line, Rows } from './form-field.ts';
import { gradeOptions } from './options.ts';
import { deriveFields, foldedFields } from './schema-fields.ts';

/* Fields that every form has, besides those of the payload. */

/** Where a form has the date and the payload of an event: JSON pointers into what it sends. */
export interface ContentPlace {
  readonly occurred: string;
  readonly data: string;
}

const dateNotes: readonly Input[] = [
  {
    kind: 'choice',
    pointer: '/dateBasis',
    label: 'Basis of the date',
    options: [
      ['stated', 'stated by the source'],
      ['inferred', 'inferred from the source'],
    ],
  },
  {
    kind: 'line',
    pointer: '/dateVerbatim',
    label: 'Wording of the source',
    hint: 'For example “recently”.',
  },
];

/** The date of an event, with the notes that its type has on it. */
export function dateGroupOf(type: AnyEventType, { occurred, data }: ContentPlace): Group {
  const names = Object.keys(fieldsOf(type)).map((name) => `/${name}`);
  const notes = dateNotes.filter(({ pointer }) => names.includes(pointer));
  return {
    kind: 'group',
    legend: 'Date',
    hint:
      'Only as precise as it is known, as you would write it: 14 October 2025, October 2025, mid-October 2025, ' +
      '7–9 September 2025, about 1985, before 13 October 2025. EDTF is understood as well.',
    fields: [
      {
        kind: 'line',
        pointer: occurred,
        label: 'Date of the event',
        required: true,
        isDate: true,
        hint: 'For example 8 September 2025 or 2025-09.',
      },
      ...notes.map((note) => ({ ...note, pointer: `${data}${note.pointer}` })),
    ],
  };
}

/** @param example name of a record that the form adds to */
export function recordField(example: string): Line {
  return {
    kind: 'line',
    pointer: '/stream',
    label: 'Record',
    hint: `The name of an existing record, such as ${example}. Leave empty to start a new one.`,
    suggests: 'records',
  };
}

/** @param parent JSON pointer of the source */
export function sourceFields(parent: string): readonly FormField[] {
  const fields = deriveFields(source.shape, { parent, isRequired: true, shown: new Set() });
  return foldedFields(fields.map((each) => ({ ...each, ...sourceField(each.field) })));
}

/** Grades have meanings, and are rarely known. */
function sourceField(field: FormField): { readonly field: FormField; readonly isFolded?: boolean } {
  if (field.kind === 'group' || field.kind === 'rows') return { field };
  const name = field.pointer.slice(field.pointer.lastIndexOf('/') + 1);
  if (name === 'reliability') {
    const options = gradeOptions(source.shape.reliability.unwrap().options, RELIABILITY_LABELS);
    return { field: { ...field, kind: 'choice', options }, isFolded: true };
  }
  if (name === 'credibility' && field.kind === 'line') {
    const options = gradeOptions(Object.keys(CREDIBILITY_LABELS), CREDIBILITY_LABELS);
    return { field: { ...field, kind: 'choice', options }, isFolded: true };
  }
  return { field, ...(name === 'contentHash' && { isFolded: true }) };
}

export const sourceRows: Rows = {
  kind: 'rows',
  pointer: '/sources',
  legend: 'Sources',
  hint: 'Where it was reported. Links are stored, but their pages are never fetched.',
  rowLabel: 'Source',
  rowsMin: 1,
  required: true,
  fields: sourceFields(''),
};
