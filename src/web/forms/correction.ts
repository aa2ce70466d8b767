import type { ContentEventType } from '../../domain/event-types/define-event-type.ts';
import { fieldChanges } from '../../domain/record/field-changes.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import { applyChanges } from '../../domain/values/apply-changes.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import { formatPointer } from '../components/field-changes-table.ts';
import { CORRECTED, correctionForm } from './curation-forms.ts';
import { valuesOf } from './field-values.ts';
import { buildFormEvent } from './form-event.ts';
import type { RecordForm } from './form-field.ts';
import { type FormValues, withoutEmptyRows, withoutLongLists } from './form-values.ts';

/** The date and the payload of an event. */
type Stated = Pick<RecordVersion, 'occurred' | 'data'>;

/**
 * The correction of an event by a form that is filled with its date and payload. Only what somebody changes in the form
 * is changed in the payload, so what the form cannot show is kept.
 */
export class Correction {
  readonly form: RecordForm;
  /** What is filled in at first. */
  readonly values: FormValues;
  readonly #type: ContentEventType;
  readonly #stated: Stated;
  /** What the form says if nothing is changed in it. */
  readonly #untouched: Stated;

  constructor(type: ContentEventType, id: string, stated: Stated) {
    const whole = correctionForm(type, id);
    this.form = { ...whole, fields: withoutLongLists(whole.fields, sent(stated)) };
    this.values = valuesOf(this.form.fields, sent(stated));
    this.#type = type;
    this.#stated = stated;
    this.#untouched = statedBy(
      buildFormEvent(this.form, withoutEmptyRows(this.form.fields, this.values)).event,
    );
  }

  /** Returns the event of the form with the whole corrected payload, and with a date only if that is corrected. */
  complete(event: object): object {
    const { occurred, data } = this.#corrected(event, this.#stated);
    const { occurred: _typed, ...others } = (event as { data: { readonly occurred?: string } }).data;
    const isDated = occurred !== this.#stated.occurred;
    return { ...event, data: { ...others, data, ...(isDated && { occurred }) } };
  }

  /**
   * Returns what was typed, with the present date and payload in the fields that nobody has changed.
   *
   * @param event of the form
   */
  rebase(event: object, typed: FormValues, present: Stated): FormValues {
    const content = valuesOf(this.form.fields, sent(this.#corrected(event, present)));
    return new Map([...content, ...[...typed].filter(([name]) => !isOfContent(name))]);
  }

  /** Names what the event has and the form does not show. */
  get kept(): readonly string[] {
    const missing = fieldChanges(this.#untouched.data, this.#stated.data).filter(
      (change) => !('before' in change),
    );
    const filled = missing.filter(({ after }) => !isEmpty(after));
    return filled.map(({ pointer }) => formatPointer(this.#type.name, pointer));
  }

  #corrected(event: object, onto: Stated): Stated {
    const [before, after] = [this.#untouched, statedBy(event)];
    const data = applyChanges(asJson(before.data), asJson(after.data), asJson(onto.data)) ?? {};
    return {
      occurred: after.occurred === before.occurred ? onto.occurred : after.occurred,
      data: data as unknown as Stated['data'],
    };
  }
}

/** True for a list or an object without a value in it. */
function isEmpty(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(isEmpty);
}

/** The part of a correction that the fields for the date and the payload fill. */
function sent({ occurred, data }: Stated): object {
  return { data: { occurred, data } };
}

/** The inverse of `sent`. */
function statedBy(event: object): Stated {
  const { occurred = '', data = {} as Stated['data'] } = (event as { data: Partial<Stated> }).data;
  return { occurred, data };
}

function asJson(data: Stated['data']): JsonValue {
  return data as unknown as JsonValue;
}

function isOfContent(name: string): boolean {
  return name === CORRECTED.occurred || name.startsWith(`${CORRECTED.data}/`);
}
