import type { AppendPreview } from '../../append/recorder.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import type { CurationChange } from '../../web/forms/event-preview.ts';
import type { RecordForm } from '../../web/forms/form-field.ts';
import type { FormResult, FormSubject } from '../../web/forms/form-page.ts';
import type { FormValues } from '../../web/forms/form-values.ts';
import type { Request } from '../protocol/handler.ts';
import type { Problem } from '../protocol/problems.ts';

/** A form as it is opened for somebody. */
export interface OpenedForm {
  readonly form: RecordForm;
  /** What is filled in at first. */
  readonly values: FormValues;
  readonly subject?: FormSubject | undefined;
  /** The revision that the record must still have when the event is added. */
  readonly revision?: number;
  /** Adds to the event of the form what the form does not ask for. */
  complete(event: object): object;
  /** Returns the event as it will read, and what the form changes of it. */
  preview(accepted: AppendPreview): Previewed;
  /** Returns what was typed, over the present version, and what has changed since the form was opened. */
  rebase?(event: object, typed: FormValues): Rebased;
}

/** The form of an event that changes its record. */
export type OpenedCuration = OpenedForm & Required<Pick<OpenedForm, 'revision' | 'rebase'>>;

export interface Previewed {
  readonly version: RecordVersion | undefined;
  readonly curation?: CurationChange;
}

export interface Rebased {
  readonly values: FormValues;
  readonly result: Extract<FormResult, { kind: 'outdated' }>;
}

/** @param revision of the record when the form was opened, if it is sent */
export type OpenForm<Parameters> = (
  req: Request<Parameters>,
  revision: number | undefined,
) => Promise<OpenedForm | Problem>;
