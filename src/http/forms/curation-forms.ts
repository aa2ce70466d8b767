import { recordLinked } from '../../domain/event-types/correction.ts';
import { isContentRedacted } from '../../domain/events/event.ts';
import { isEventId } from '../../domain/record/links.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { linkForm, retractionForm, sourceForm, withdrawalForm } from '../../web/forms/curation-forms.ts';
import { excerpt } from '../../web/text/format-text.ts';
import { speechActLabel } from '../../web/text/vocabulary.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request } from '../protocol/handler.ts';
import { invalidQuery, type Problem, unknownEvent } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { type CuratedRecord, openCuration, readCuratedRecord, versionOf } from './curated-record.ts';
import { relationParameter, statementParameter, toParameter } from './descriptions.ts';
import type { OpenedForm } from './opened-form.ts';

/** The event that a form changes, in its record. */
export interface CuratedEvent {
  readonly record: CuratedRecord;
  readonly version: RecordVersion;
}

type EventRequest = Request<{ id: string }>;

/** Reads the event that the URL names. The request has no parameters. */
async function readNamedEvent(
  { store }: AppContext,
  req: EventRequest,
): Promise<{ readonly id: string; readonly event: RecordedEvent | undefined } | Problem> {
  const { errors } = new QueryParameters(req.originalUrl, []);
  if (errors.length > 0) return invalidQuery(errors);
  const id = req.params.id.toLowerCase();
  return { id, event: await store.readEvent(id) };
}

/** Finds the event that the URL names. One whose content was removed is refused. */
export async function readCuratedEvent(
  context: AppContext,
  req: EventRequest,
  seen: number | undefined,
): Promise<CuratedEvent | Problem> {
  const named = await readNamedEvent(context, req);
  if ('code' in named) return named;
  const { id, event } = named;
  if (event === undefined) return unknownEvent();
  const record = await readCuratedRecord(context, req, event.stream, seen);
  if ('code' in record) return record;
  const version = versionOf(record.seen, id);
  if (version === undefined) return unknownEvent();
  if (isContentRedacted(version.event)) return { code: 'content-redacted' };
  return { record, version };
}

/** `/record/retractions/{id}` */
export async function openRetraction(
  context: AppContext,
  req: EventRequest,
  seen: number | undefined,
): Promise<OpenedForm | Problem> {
  const curated = await readCuratedEvent(context, req, seen);
  if ('code' in curated) return curated;
  const { id } = curated.version.event;
  const parts = { form: retractionForm(id), target: id, data: { retracts: id } };
  return retraction(req, curated) ?? openCuration(context, curated.record, parts);
}

/** Refuses to open a form for an event that was retracted. A form that is sent is refused with what was typed in it. */
export function retraction({ method }: EventRequest, { version }: CuratedEvent): Problem | undefined {
  if (version.status !== 'retracted' || method === 'POST') return undefined;
  return {
    code: 'record-conflict',
    detail: 'The event was retracted. Record what is true now as a new event.',
  };
}

/** `/record/sources/{id}` */
export async function openSource(
  context: AppContext,
  req: EventRequest,
  seen: number | undefined,
): Promise<OpenedForm | Problem> {
  const curated = await readCuratedEvent(context, req, seen);
  if ('code' in curated) return curated;
  const { event, sources } = curated.version;
  return openCuration(context, curated.record, {
    form: sourceForm(event.id, sources),
    target: event.id,
    data: { to: event.id },
    values: { '/data/act': 'corroborates' },
  });
}

/** `/record/links/{from}`. The parameters fill the form. */
export async function openLink(
  context: AppContext,
  req: Request<{ from: string }>,
  seen: number | undefined,
): Promise<OpenedForm | Problem> {
  const query = new QueryParameters(req.originalUrl, linkParametersOf(req));
  const [to, relation, statement] = [toParameter, relationParameter, statementParameter].map(({ name }) =>
    query.text(name),
  );
  if (query.errors.length > 0) return invalidQuery(query.errors);
  const from = req.params.from.toLowerCase();
  const event = isEventId(from) ? await context.store.readEvent(from) : undefined;
  if (isEventId(from) && event === undefined) return unknownEvent();
  const record = await readCuratedRecord(context, req, event?.stream ?? from, seen);
  if ('code' in record) return record;
  const version = versionOf(record.seen, from);
  if (version === undefined) return unknownEvent();
  const target = event === undefined ? record.stream : version.event.id;
  const basis = statement === undefined ? undefined : basisOf(version, statement);
  const values = { '/data/to': to, '/data/relation': relation, '/data/basis': basis };
  return openCuration(context, record, { form: linkForm(target), target, data: { from: target }, values });
}

function linkParametersOf({ method }: Request<unknown>): readonly string[] {
  return method === 'POST' ? [] : [toParameter.name, relationParameter.name, statementParameter.name];
}

const STATEMENT_CHARS_MAX = 300;

/** Says which statement of the event a link is about: “Lin Jian denies: The reports are pure fabrication.” */
function basisOf({ data }: RecordVersion, key: string): string | undefined {
  const said = 'statements' in data ? data.statements?.find((each) => each.key === key) : undefined;
  if (said === undefined) return undefined;
  const text = excerpt(said.text[0]?.value ?? '', STATEMENT_CHARS_MAX);
  return `${said.speaker.name} ${speechActLabel(said.speechAct ?? 'state')}: ${text}`;
}

/** `/record/withdrawals/{id}` of the event that made a link */
export async function openWithdrawal(
  context: AppContext,
  req: EventRequest,
  seen: number | undefined,
): Promise<OpenedForm | Problem> {
  const named = await readNamedEvent(context, req);
  if ('code' in named) return named;
  const { id, event } = named;
  if (event?.type !== recordLinked.name) return unknownEvent();
  const record = await readCuratedRecord(context, req, event.stream, seen);
  if ('code' in record) return record;
  const target = record.seen.links.get(id)?.from ?? record.stream;
  return openCuration(context, record, { form: withdrawalForm(id), target, data: { withdraws: id } });
}
