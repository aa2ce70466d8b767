import type { OutgoingHttpHeaders } from 'node:http';
import type { Principal } from '../../access/principal.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import { previewRecorded } from '../../append/preview.ts';
import type { AppendPreview, PreviewOutcome, RecordOutcome, RecordWarning } from '../../append/recorder.ts';
import { headline } from '../../domain/record/summary.ts';
import type { EventPreview, PreviewWarning } from '../../web/forms/event-preview.ts';
import { buildFormEvent } from '../../web/forms/form-event.ts';
import type { FormProblem, FormResult } from '../../web/forms/form-page.ts';
import type { FormValues, PlacedField } from '../../web/forms/form-values.ts';
import { readDate } from '../../web/text/read-date.ts';
import { typeLabel } from '../../web/text/vocabulary.ts';
import { appendEvents } from '../events/append-events.ts';
import { senderOf } from '../protocol/authorization.ts';
import type { AppContext } from '../protocol/context.ts';
import { PROBLEM_TYPES } from '../protocol/problem-types.ts';
import {
  type Problem,
  problemOfException,
  problemOfJsonError,
  problemOfRefusal,
  statusOf,
} from '../protocol/problems.ts';
import type { RequestAudit } from '../protocol/request-audit.ts';
import { affectedTimelines } from './affected-timelines.ts';
import type { OpenedForm, Previewed } from './opened-form.ts';

/** The response to a form that was sent to be previewed or added: a redirect to the receipt, or the form again. */
export type SubmittedForm =
  | { readonly kind: 'recorded'; readonly id: string }
  /** The record has changed since the form was opened. `event` is what the fields say. */
  | { readonly kind: 'outdated'; readonly event: object }
  | {
      readonly kind: 'shown';
      readonly status: number;
      readonly headers?: OutgoingHttpHeaders | undefined;
      readonly result: FormResult;
    };

/** Finds the field that a JSON pointer into the event refers to. */
type FindField = (pointer: string) => BlamedField | undefined;

type BlamedField = NonNullable<FormProblem['field']> & {
  /** Why the date that was typed is not understood. Validation only knows EDTF. */
  readonly refusal?: string;
};

/** A form that a browser has sent. */
export interface FormSubmission {
  readonly opened: OpenedForm;
  readonly values: FormValues;
  readonly kind: 'preview' | 'record';
  readonly principal: Principal;
  readonly audit: RequestAudit;
  readonly requestId: string;
}

/** Handles the event of a form like one that a program sends. Errors are assigned to the fields of the form. */
export async function submitForm(context: AppContext, submission: FormSubmission): Promise<SubmittedForm> {
  const { opened, values } = submission;
  const { event, fieldAt } = buildFormEvent(opened.form, values);
  const fieldOf: FindField = (pointer) => withDateRefusal(fieldAt(pointer), values);
  const json = parseJsonStrictly(Buffer.from(JSON.stringify(opened.complete(event))));
  if (json.outcome === 'refused') return refused(problemOfJsonError(json.error), fieldOf);
  try {
    const outcome = await sendEvent(context, json.value, submission);
    if (outcome.outcome === 'wrong-revision') return { kind: 'outdated', event };
    return await answerOf(context, outcome, opened, fieldOf);
  } catch (error) {
    const problem = problemOfException(error);
    if (problem.code === 'internal-error') throw error;
    return refused(problem, fieldOf);
  }
}

function withDateRefusal(placed: PlacedField | undefined, values: FormValues): BlamedField | undefined {
  const typed = placed && values.get(placed.name);
  if (placed?.field.kind !== 'line' || placed.field.isDate !== true || !typed?.trim()) return placed;
  const reading = readDate(typed);
  return reading.outcome === 'read' ? placed : { ...placed, refusal: reading.detail };
}

function sendEvent(
  context: AppContext,
  event: unknown,
  { opened: { revision }, kind, principal, audit, requestId }: FormSubmission,
): Promise<PreviewOutcome | RecordOutcome> {
  const precondition = revision === undefined ? undefined : (actual: unknown) => actual === revision;
  if (kind === 'record') return appendEvents(context, event, { principal, audit, requestId, precondition });
  return context.recorder.preview(event, { ...senderOf(principal, context.access), precondition });
}

async function answerOf(
  context: AppContext,
  outcome: Exclude<PreviewOutcome | RecordOutcome, { outcome: 'wrong-revision' }>,
  opened: OpenedForm,
  fieldOf: FindField,
): Promise<SubmittedForm> {
  switch (outcome.outcome) {
    case 'recorded':
    case 'repeated':
      return { kind: 'recorded', id: outcome.events[0]?.id ?? '' };
    case 'accepted':
      return showPreview(context, outcome, opened, fieldOf);
    case 'id-taken':
      return {
        kind: 'shown',
        status: statusOf({ code: 'id-taken' }),
        result: await existingEvent(context, outcome.id),
      };
    default:
      return refused(problemOfRefusal(outcome), fieldOf);
  }
}

function showPreview(
  context: AppContext,
  preview: AppendPreview,
  opened: OpenedForm,
  fieldOf: FindField,
): SubmittedForm {
  const previewed = opened.preview(preview);
  const shown = previewOf(context, previewed, preview.warnings, fieldOf);
  if (shown === undefined) throw new Error('The event of a form has no version to show.');
  if (!preview.isRepeat) return { kind: 'shown', status: 200, result: { kind: 'preview', preview: shown } };
  const id = preview.events[0]?.id ?? '';
  const result = { kind: 'recorded', id, headline: headline(shown.version), isSame: true } as const;
  return { kind: 'shown', status: 200, result };
}

/** Returns undefined if there is no version to show. */
export function previewOf(
  { definitions }: AppContext,
  { version, curation }: Previewed,
  warnings: readonly RecordWarning[],
  fieldOf: FindField = () => undefined,
): EventPreview | undefined {
  if (version === undefined) return undefined;
  const shown: PreviewWarning[] = warnings.map(({ detail, pointer }) => {
    return { detail, field: pointer === undefined ? undefined : fieldOf(pointer) };
  });
  return { version, curation, warnings: shown, affected: affectedTimelines(definitions, version) };
}

/** Shows the event that already has the id. */
async function existingEvent({ store }: AppContext, id: string): Promise<FormResult> {
  const event = await store.readEvent(id);
  const version = event && (await previewRecorded(store, event))?.versions[0];
  const title = version === undefined ? typeLabel(event?.type ?? '') : headline(version);
  return { kind: 'recorded', id, headline: title, isSame: false };
}

/** What a missing field must be in JSON, which the input in the form makes plain. */
const JSON_TYPE = /(?<=^This field is required) and must be .*/;

const NOTHING_CHANGED: FormProblem = {
  detail: 'Nothing is changed yet. Change what is wrong; or go back and add a source, if that is all.',
};

function refused(problem: Problem, fieldOf: FindField): SubmittedForm {
  const { errors = [] } = (problem.members ?? {}) as {
    errors?: readonly { readonly pointer?: string; readonly code: string; readonly detail: string }[];
  };
  const problems = errors.map(({ pointer = '', code, detail }) => {
    const field = fieldOf(pointer);
    if (code === 'nothing-changed') return NOTHING_CHANGED;
    return { detail: field?.refusal ?? detail.replace(JSON_TYPE, '.'), field };
  });
  const { title } = PROBLEM_TYPES[problem.code];
  const result = { kind: 'refused', problems, ...(errors.length === 0 && { title }) } as const;
  return { kind: 'shown', status: statusOf(problem), headers: problem.headers, result };
}
