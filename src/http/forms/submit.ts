import type { OutgoingHttpHeaders } from 'node:http';
import type { Principal } from '../../access/principal.ts';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import { previewRecorded } from '../../append/preview.ts';
import type { AppendPreview, PreviewOutcome, RecordOutcome, RecordWarning } from '../../append/recorder.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import { headline } from '../../domain/record/summary.ts';
import type { EventPreview, PreviewWarning } from '../../web/forms/event-preview.ts';
import { buildFormEvent } from '../../web/forms/form-event.ts';
import type { RecordForm } from '../../web/forms/form-field.ts';
import type { FormProblem, FormResult } from '../../web/forms/form-page.ts';
import type { FormValues } from '../../web/forms/form-values.ts';
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

/** The response to a form that was sent to be previewed or added: a redirect to the receipt, or the form again. */
export type SubmittedForm =
  | { readonly kind: 'recorded'; readonly id: string }
  | {
      readonly kind: 'shown';
      readonly status: number;
      readonly headers?: OutgoingHttpHeaders | undefined;
      readonly result: FormResult;
    };

/** Finds the field that a JSON pointer into the event refers to. */
type FindField = (pointer: string) => FormProblem['field'];

/** A form that a browser has sent. */
export interface FormSubmission {
  readonly form: RecordForm;
  readonly values: FormValues;
  readonly kind: 'preview' | 'record';
  readonly principal: Principal;
  readonly audit: RequestAudit;
  readonly requestId: string;
}

/** Handles the event of a form like one that a program sends. Errors are assigned to the fields of the form. */
export async function submitForm(context: AppContext, submission: FormSubmission): Promise<SubmittedForm> {
  const { event, fieldAt: fieldOf } = buildFormEvent(submission.form, submission.values);
  const json = parseJsonStrictly(Buffer.from(JSON.stringify(event)));
  if (json.outcome === 'refused') return refused(problemOfJsonError(json.error), fieldOf);
  try {
    return await submitEvent(context, json.value, submission, fieldOf);
  } catch (error) {
    const problem = problemOfException(error);
    if (problem.code === 'internal-error') throw error;
    return refused(problem, fieldOf);
  }
}

async function submitEvent(
  context: AppContext,
  event: unknown,
  { kind, principal, audit, requestId }: FormSubmission,
  fieldOf: FindField,
): Promise<SubmittedForm> {
  const { recorder } = context;
  const outcome: PreviewOutcome | RecordOutcome =
    kind === 'preview'
      ? await recorder.preview(event, senderOf(principal, context.access))
      : await appendEvents(context, event, { principal, audit, requestId });
  switch (outcome.outcome) {
    case 'recorded':
    case 'repeated':
      return { kind: 'recorded', id: outcome.events[0]?.id ?? '' };
    case 'accepted':
      return showPreview(context, outcome, fieldOf);
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

function showPreview(context: AppContext, preview: AppendPreview, fieldOf: FindField): SubmittedForm {
  const [version] = preview.versions;
  if (version === undefined) throw new Error('The event of a form has no version to show.');
  if (preview.isRepeat) {
    const { id } = version.event;
    const result = { kind: 'recorded', id, headline: headline(version), isSame: true } as const;
    return { kind: 'shown', status: 200, result };
  }
  const shown = previewOf(context, version, preview.warnings, fieldOf);
  return { kind: 'shown', status: 200, result: { kind: 'preview', preview: shown } };
}

export function previewOf(
  { definitions }: AppContext,
  version: RecordVersion,
  warnings: readonly RecordWarning[],
  fieldOf: FindField = () => undefined,
): EventPreview {
  const shown: PreviewWarning[] = warnings.map(({ detail, pointer }) => {
    return { detail, field: pointer === undefined ? undefined : fieldOf(pointer) };
  });
  return { version, warnings: shown, affected: affectedTimelines(definitions, version) };
}

/** Shows the event that already has the id. */
async function existingEvent({ store }: AppContext, id: string): Promise<FormResult> {
  const event = await store.readEvent(id);
  const version = event && (await previewRecorded(store, event))?.versions[0];
  const title = version === undefined ? (event?.type ?? id) : headline(version);
  return { kind: 'recorded', id, headline: title, isSame: false };
}

function refused(problem: Problem, fieldOf: FindField): SubmittedForm {
  const { errors = [] } = (problem.members ?? {}) as {
    errors?: readonly { readonly pointer?: string; readonly detail: string }[];
  };
  const problems = errors.map(({ pointer, detail }) => ({ detail, field: fieldOf(pointer ?? '') }));
  const { title } = PROBLEM_TYPES[problem.code];
  const result = { kind: 'refused', problems, ...(errors.length === 0 && { title }) } as const;
  return { kind: 'shown', status: statusOf(problem), headers: problem.headers, result };
}
