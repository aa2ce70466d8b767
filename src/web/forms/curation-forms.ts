import {
  eventCorrected,
  eventRetracted,
  linkWithdrawn,
  recordLinked,
  sourceAdded,
} from '../../domain/event-types/correction.ts';
import {
  type AnyEventType,
  type ContentEventType,
  fieldsOf,
} from '../../domain/event-types/define-event-type.ts';
import type { Source } from '../../domain/fields/source.ts';
import { contentFields } from './event-form.ts';
import { toNumber } from './field-values.ts';
import type { FormField, Group, RecordForm } from './form-field.ts';
import { deriveFields, foldedFields } from './schema-fields.ts';
import { type ContentPlace, sourceFields, sourceRows } from './shared-fields.ts';

/*
 * The forms that correct, retract and link what is recorded. They are derived from the definitions of the types, but
 * for the fields that name what they are about: whoever opens a form has chosen that already.
 */

/** What each form adds, in the words of its button. */
const NOUNS: Readonly<Record<string, string>> = {
  [eventCorrected.name]: 'correction',
  [eventRetracted.name]: 'retraction',
  [sourceAdded.name]: 'source',
  [recordLinked.name]: 'link',
  [linkWithdrawn.name]: 'withdrawal',
};

/** @param type of the event that is added */
export function nounOf(type: string): string {
  return NOUNS[type] ?? 'event';
}

/** Where a correction has the corrected date and payload. */
export const CORRECTED: ContentPlace = { occurred: '/data/occurred', data: '/data/data' };

/** @param type of the event, whose fields the form has */
export function correctionForm(type: ContentEventType, event: string): RecordForm {
  return {
    path: `corrections/${event}`,
    title: 'Correct an event',
    lead:
      'Change what is wrong, and say why. You see the differences before anything is added, and the earlier version ' +
      'stays readable.',
    type: eventCorrected.name,
    noun: nounOf(eventCorrected.name),
    fields: [
      ...contentFields(type, CORRECTED),
      curationGroup(eventCorrected, ['corrects', 'data', 'occurred']),
      { ...sourceRows, legend: 'Sources of the correction' },
    ],
  };
}

export function retractionForm(event: string): RecordForm {
  return {
    path: `retractions/${event}`,
    title: 'Retract an event',
    lead: 'For an event that should not have been recorded. It stays readable, marked as retracted.',
    type: eventRetracted.name,
    noun: nounOf(eventRetracted.name),
    fields: [curationGroup(eventRetracted, ['retracts']), sourceRows],
  };
}

/** @param sources that the event has, any of which can be corrected */
export function sourceForm(event: string, sources: readonly Source[]): RecordForm {
  const group = curationGroup(sourceAdded, ['to']);
  const fields = group.fields.map((field): FormField => {
    if (field.kind !== 'line' || field.pointer !== '/data/source') return field;
    const options = sources.map(({ outlet, title }, index) => {
      return [String(index), `${index + 1}. ${outlet}${title === undefined ? '' : `, ${title}`}`] as const;
    });
    return { ...field, kind: 'choice', hint: 'Only if you correct one.', options, toJson: toNumber };
  });
  return {
    path: `sources/${event}`,
    title: 'Add a source',
    lead: 'Another outlet reports the same, or one of the sources was recorded wrongly. The event is not corrected.',
    type: sourceAdded.name,
    noun: nounOf(sourceAdded.name),
    fields: [
      { kind: 'group', legend: 'Source', fields: sourceFields('/sources/0') },
      { ...group, legend: 'What it does', fields },
    ],
  };
}

/** @param from id of an event or name of a record */
export function linkForm(from: string): RecordForm {
  return {
    path: `links/${from}`,
    title: 'Add a link',
    lead: 'State how this relates to another record or event. The link is shown at both ends, with its basis.',
    type: recordLinked.name,
    noun: nounOf(recordLinked.name),
    fields: [curationGroup(recordLinked, ['from']), sourceRows],
  };
}

/** @param link id of the event that made the link */
export function withdrawalForm(link: string): RecordForm {
  return {
    path: `withdrawals/${link}`,
    title: 'Withdraw a link',
    lead: 'For a link that was a mistake. It is no longer shown at either end, and stays in the log.',
    type: linkWithdrawn.name,
    noun: nounOf(linkWithdrawn.name),
    fields: [curationGroup(linkWithdrawn, ['withdraws']), sourceRows],
  };
}

/** @param chosen names of the fields that the form does not ask for */
function curationGroup(type: AnyEventType, chosen: readonly string[]): Group {
  const asked = Object.entries(fieldsOf(type)).filter(([name]) => !chosen.includes(name));
  const derived = deriveFields(Object.fromEntries(asked), {
    parent: '/data',
    isRequired: true,
    shown: new Set(),
  });
  const date: FormField = {
    kind: 'line',
    pointer: '/occurred',
    label: 'Date',
    hint: 'When it was made known; today if you have found it yourself.',
    required: true,
    isDate: true,
  };
  return { kind: 'group', legend: type.label, fields: [...foldedFields(derived), date] };
}
