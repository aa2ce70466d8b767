import { briefingHeld } from '../../domain/event-types/briefing.ts';
import { type ContentEventType, fieldsOf } from '../../domain/event-types/define-event-type.ts';
import { measureImposed } from '../../domain/event-types/measure.ts';
import { mouSigned } from '../../domain/event-types/mou.ts';
import { contentTypes } from '../../domain/event-types/registry.ts';
import {
  shipmentAnnounced,
  shipmentArrived,
  shipmentIntercepted,
} from '../../domain/event-types/shipment.ts';
import type { FormField, RecordForm } from './form-field.ts';
import { deriveFields, foldedFields } from './schema-fields.ts';
import { type ContentPlace, dateGroupOf, recordField, sourceRows } from './shared-fields.ts';

/** Where the form of a type differs from the one that its definition makes. */
interface FormOverrides {
  readonly path?: string;
  readonly title?: string;
  readonly lead?: string;
  /** Names of optional fields, at any depth, that are shown at once. */
  readonly shown: readonly string[];
}

/** How the title of a form without its own begins. */
export const EVENT_TITLE = 'Add an event: ';

const OVERRIDES: ReadonlyMap<string, FormOverrides> = new Map<string, FormOverrides>([
  [
    briefingHeld.name,
    {
      path: 'briefing',
      title: 'Add a briefing',
      lead: 'A press briefing or a written statement, with what was said in it.',
      shown: ['statements', 'countries'],
    },
  ],
  [
    mouSigned.name,
    {
      path: 'mou',
      title: 'Add an agreement',
      lead: 'The signing of a memorandum of understanding or another agreement.',
      shown: ['place', 'amounts'],
    },
  ],
  [
    shipmentAnnounced.name,
    {
      path: 'shipment',
      title: 'Add a shipment',
      lead: 'Somebody says that goods will be sent. Later steps have forms of their own.',
      shown: ['origin', 'destination', 'goods'],
    },
  ],
  [shipmentArrived.name, { shown: ['places'] }],
  [shipmentIntercepted.name, { shown: ['by', 'place'] }],
  [measureImposed.name, { shown: ['targets'] }],
]);

const CONTENT: ContentPlace = { occurred: '/occurred', data: '/data' };

/** Types may be registered at any time, but a definition never changes. */
const forms = new Map<ContentEventType, RecordForm>();

/** Returns the form of each type of event that says what happened, each at `/record/<path>`. */
export function eventForms(): readonly RecordForm[] {
  return contentTypes().map((type) => {
    const form = forms.get(type) ?? eventForm(type);
    forms.set(type, form);
    return form;
  });
}

/** Returns what follows `/record/` in the URL of the form of a type. */
export function formPath({ name }: Pick<ContentEventType, 'name'>): string {
  return OVERRIDES.get(name)?.path ?? name.replace(/\B[A-Z]/g, '-$&').toLowerCase();
}

/** Makes the form that adds an event of a type. */
function eventForm(type: ContentEventType): RecordForm {
  const { name, label, description, category } = type;
  const own = OVERRIDES.get(name);
  return {
    path: formPath(type),
    title: own?.title ?? `${EVENT_TITLE}${label}`,
    lead: own?.lead ?? description,
    type: name,
    noun: 'event',
    fields: [...contentFields(type, CONTENT, [recordField(`${category}-1`)]), sourceRows],
  };
}

/**
 * Returns the fields for the date and the payload of a type: single inputs in one group, and each list and object that
 * is shown at once in a group of its own.
 *
 * @param others more inputs for the first group
 */
export function contentFields(
  type: ContentEventType,
  place: ContentPlace,
  others: readonly FormField[] = [],
): readonly FormField[] {
  const shown = new Set(OVERRIDES.get(type.name)?.shown);
  const derived = deriveFields(fieldsOf(type), { parent: place.data, isRequired: true, shown });
  const isInput = (field: FormField) => field.kind !== 'group' && field.kind !== 'rows';
  const inputs = derived.filter(({ field, isFolded }) => isInput(field) && !isFolded);
  const parts = derived.filter((each) => !inputs.includes(each));
  const group: FormField = {
    kind: 'group',
    legend: type.label,
    fields: [...inputs.map(({ field }) => field), ...others],
  };
  const first = group.fields.length === 0 ? [] : [group];
  return [dateGroupOf(type, place), ...first, ...foldedFields(parts)];
}
