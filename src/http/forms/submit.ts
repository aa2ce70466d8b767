import type { OutgoingHttpHeaders } from 'node:http';
import { parseJsonStrictly } from '../../append/json/strict-json.ts';
import { previewRecorded } from '../../append/preview.ts';
import type { AppendPreview, PreviewOutcome, RecordOutcome, RecordWarning } from '../../append/recorder.ts';
import type { RecordVersion } from '../../domain/record/record.ts';
import { headline } from '../../domain/record/summary.ts';
import type { EventPreview, Notice } from '../../web/forms/event-preview.ts';
import type { RecordForm } from '../../web/forms/form-field.ts';
import type { FormAnswer, FormProblem } from '../../web/forms/form-page.ts';
import { type FormValues, placedFields } from '../../web/forms/form-values.ts';
import { parseForm } from '../../web/forms/parse-form.ts';
import type { AppContext } from '../protocol/context.ts';
import {
  PROBLEM_TYPES,
  type Problem,
  problemOfFault,
  problemOfJsonError,
  problemOfRefusal,
  statusOf,
} from '../protocol/problems.ts';
import { affectedTimelines } from './affected-timelines.ts';

/** What came of a form that was sent to be previewed or recorded. */
export type SubmittedForm =
  | { readonly kind: 'recorded'; readonly id: string }
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers?: OutgoingHttpHeaders | undefined;
      readonly answer: FormAnswer;
    };

/** A field by the JSON pointer to what it says. */
type FindField = (pointer: string) => FormProblem['field'];

/** Takes the same way as an event that a program sends; what is wrong with it comes back to its fields. */
export async function submitForm(
  context: AppContext,
  form: RecordForm,
  values: FormValues,
  kind: 'preview' | 'record',
): Promise<SubmittedForm> {
  const { event, fieldAt } = parseForm(form, values);
  const paths = new Map([...placedFields(form.fields, values)].map(({ name, path }) => [name, path]));
  const fieldOf: FindField = (pointer) => {
    const name = fieldAt(pointer);
    return name === undefined ? undefined : { name, path: paths.get(name) ?? name };
  };
  const json = parseJsonStrictly(Buffer.from(JSON.stringify(event)));
  if (json.outcome === 'refused') return refused(problemOfJsonError(json.error), fieldOf);
  try {
    return await submitEvent(context, json.value, kind, fieldOf);
  } catch (error) {
    const problem = problemOfFault(error);
    if (problem.code === 'internal-error') throw error;
    return refused(problem, fieldOf);
  }
}

async function submitEvent(
  context: AppContext,
  event: unknown,
  kind: 'preview' | 'record',
  fieldOf: FindField,
): Promise<SubmittedForm> {
  const { recorder, actor } = context;
  const outcome: PreviewOutcome | RecordOutcome = await recorder[kind](event, { actor });
  switch (outcome.outcome) {
    case 'recorded':
    case 'repeated':
      return { kind: 'recorded', id: outcome.events[0]?.id ?? '' };
    case 'accepted':
      return foreseen(context, outcome, fieldOf);
    case 'id-taken':
      return {
        kind: 'answered',
        status: statusOf({ code: 'id-taken' }),
        answer: await taken(context, outcome.id),
      };
    default:
      return refused(problemOfRefusal(outcome), fieldOf);
  }
}

function foreseen(context: AppContext, foresight: AppendPreview, fieldOf: FindField): SubmittedForm {
  const [version] = foresight.versions;
  if (version === undefined) throw new Error('a form for an event that says nothing');
  if (foresight.isRepeat) {
    const { id } = version.event;
    const answer = { kind: 'recorded', id, headline: headline(version), isSame: true } as const;
    return { kind: 'answered', status: 200, answer };
  }
  const preview = previewOf(context, version, foresight.warnings, fieldOf);
  return { kind: 'answered', status: 200, answer: { kind: 'preview', preview } };
}

export function previewOf(
  { definitions }: AppContext,
  version: RecordVersion,
  warnings: readonly RecordWarning[],
  fieldOf: FindField = () => undefined,
): EventPreview {
  const notices: Notice[] = warnings.map(({ detail, pointer }) => {
    return { detail, field: pointer === undefined ? undefined : fieldOf(pointer) };
  });
  return { version, notices, touched: affectedTimelines(definitions, version) };
}

/** What was recorded under the id. */
async function taken({ store }: AppContext, id: string): Promise<FormAnswer> {
  const event = await store.readEvent(id);
  const version = event && (await previewRecorded(store, event))?.versions[0];
  const words = version === undefined ? (event?.type ?? id) : headline(version);
  return { kind: 'recorded', id, headline: words, isSame: false };
}

function refused(problem: Problem, fieldOf: FindField): SubmittedForm {
  const { errors = [] } = (problem.members ?? {}) as {
    errors?: readonly { readonly pointer?: string; readonly detail: string }[];
  };
  const problems = errors.map(({ pointer, detail }) => ({ detail, field: fieldOf(pointer ?? '') }));
  const { title } = PROBLEM_TYPES[problem.code];
  const answer = { kind: 'refused', problems, ...(errors.length === 0 && { title }) } as const;
  return { kind: 'answered', status: statusOf(problem), headers: problem.headers, answer };
}
