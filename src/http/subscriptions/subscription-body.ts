import { z } from 'zod';
import { fieldErrorsOf } from '../../domain/fields/field-error.ts';
import type { Checkpoint } from '../../projector/timeline-store.ts';
import type { StandingQuery } from '../../webhooks/subscription.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { type Problem, projectionBuilding } from '../protocol/problems.ts';
import { parseRequestedState, type RequestedState } from '../protocol/state-token.ts';
import { type BodyReading, readForm, readJsonBody } from '../protocol/structured-body.ts';
import { resolvePosition } from '../timelines/as-of.ts';
import { parseStandingQuery } from './standing-query.ts';

const URL_CHARS_MAX = 2_000;
/** Value of `after` for everything that was recorded. */
const LOG_START = 'start';

const text = z.string().min(1).max(URL_CHARS_MAX);

export const newSubscription = z.strictObject({ url: text, query: text, after: text.exactOptional() });

export const changedSubscription = z.strictObject({
  url: text.exactOptional(),
  query: text.exactOptional(),
  after: text.exactOptional(),
  state: z.enum(['active', 'paused']).exactOptional(),
});

/** What the page of a subscription sends. */
export const subscriptionForm = changedSubscription.extend({ do: z.literal('remove').exactOptional() });

/** What the page of a dead letter sends. */
export const deadLetterForm = z.strictObject({ do: z.enum(['send', 'discard']) });

type FieldReading<Value> = Exclude<BodyReading<Value>, undefined>;

/** Reads the form of a page. */
export async function readSubscriptionForm<Value>(
  schema: z.ZodType<Value>,
  context: AppContext,
  req: Request<unknown>,
  res: Response,
): Promise<BodyReading<Value>> {
  return parseBody(schema, await readForm(context, req, res));
}

/** Reads a JSON body. */
export async function readSubscriptionBody<Value>(
  schema: z.ZodType<Value>,
  context: AppContext,
  req: Request<unknown>,
  res: Response,
): Promise<BodyReading<Value>> {
  return parseBody(schema, await readJsonBody(context, req, res));
}

function parseBody<Value>(schema: z.ZodType<Value>, body: BodyReading<unknown>): BodyReading<Value> {
  return body === undefined || 'problem' in body ? body : parseWith(schema, body.value);
}

export function parseWith<Value>(schema: z.ZodType<Value>, input: unknown): FieldReading<Value> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { value: parsed.data };
  return { problem: invalidSubscription(fieldErrorsOf(parsed.error.issues, input)) };
}

/** The fields of a body, with what they refer to. */
export interface SubscriptionFields {
  readonly url?: string;
  readonly query?: StandingQuery;
  /** The last event that is not matched; undefined for the beginning of the log. */
  readonly start?: { readonly cursor: Checkpoint | undefined };
}

/**
 * Checks the fields that are given, and where the query begins to match only if the others are accepted.
 *
 * @param present the query of a subscription that is changed; undefined for a new one, which begins with the next event
 * unless it says otherwise
 */
export async function readFields(
  context: AppContext,
  given: { readonly url?: string; readonly query?: string; readonly after?: string },
  present?: StandingQuery,
): Promise<FieldReading<SubscriptionFields>> {
  const url = given.url === undefined ? undefined : await readReceiverUrl(context, given.url);
  const query = given.query === undefined ? undefined : readQuery(context, given.query);
  if ((url && 'problem' in url) || (query && 'problem' in query)) {
    return { problem: invalidSubscription([...errorsOf(url), ...errorsOf(query)]) };
  }
  const feed = (query?.value ?? present)?.feed;
  const needsStart = given.after !== undefined || present === undefined;
  const start = needsStart ? await readStart(context, feed, given.after) : undefined;
  if (start && 'problem' in start) return start;
  return {
    value: {
      ...(url && { url: url.value }),
      ...(query && { query: query.value }),
      ...(start && { start: { cursor: start.value } }),
    },
  };
}

function errorsOf(reading: FieldReading<unknown> | undefined): readonly object[] {
  return reading !== undefined && 'problem' in reading ? listedErrors(reading.problem) : [];
}

function listedErrors({ members }: Problem) {
  return members?.['errors'] as readonly { readonly code: string; readonly detail: string }[];
}

/** Checks where messages would be sent. */
async function readReceiverUrl(context: AppContext, given: string): Promise<FieldReading<string>> {
  const detail = 'Expected an http or https URL without a user name, a password and a fragment.';
  const refused = { problem: invalidField('/url', 'invalid-url', detail) };
  if (!URL.canParse(given)) return refused;
  const url = new URL(given);
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  if (!isHttp || url.username !== '' || url.password !== '' || given.includes('#')) return refused;
  const refusal = await context.webhooks.refusalOf(url);
  return refusal === undefined
    ? { value: url.href }
    : { problem: invalidField('/url', 'invalid-url', `${refusal}.`) };
}

function readQuery(context: AppContext, given: string): FieldReading<StandingQuery> {
  const parsed = parseStandingQuery(context, given);
  if (parsed.outcome === 'parsed') return { value: parsed.query };
  return { problem: invalidSubscription(parsed.errors.map((error) => ({ pointer: '/query', ...error }))) };
}

/**
 * Finds the event after which a query matches. Waits until the rows of the timeline contain it.
 *
 * @param after a position, a state token, or `start`; undefined for the present end of the log
 */
async function readStart(
  context: AppContext,
  feed: string | undefined,
  after: string | undefined,
): Promise<FieldReading<Checkpoint | undefined>> {
  const { store, projections } = context;
  const state = after === undefined ? await lastState(context) : parseRequestedState(after, store);
  if (after === LOG_START || (after === undefined && state === undefined)) return { value: undefined };
  if (state === undefined) {
    const detail = `Expected the position of an event, a state token, or ${LOG_START}.`;
    return { problem: invalidField('/after', 'unknown-value', detail) };
  }
  const projection = Object.values(projections).find(({ name }) => name === feed) ?? projections.country;
  const resolved = await resolvePosition(state, projection, context, 'after');
  if (resolved.outcome === 'refused') return { problem: ofField('/after', resolved.problem) };
  const { ordinal, position, instant } = resolved.logPoint;
  const event = await store.readEventAt(position);
  const lineage = projection.reader?.checkpoint()?.lineage;
  if (event === undefined || lineage === undefined) return { problem: projectionBuilding(projection.name) };
  return { value: { ordinal, position, instant, eventId: event.id, lineage } };
}

async function lastState({ store }: AppContext): Promise<RequestedState | undefined> {
  const [last] = await store.readAll({ direction: 'backwards', maxCount: 1 });
  return last && { position: last.position };
}

/** Makes an error of a query parameter one of a field. Other problems stay as they are. */
function ofField(pointer: string, problem: Problem): Problem {
  if (problem.code !== 'invalid-query') return problem;
  return invalidSubscription(listedErrors(problem).map(({ code, detail }) => ({ pointer, code, detail })));
}

export function invalidField(pointer: string, code: string, detail: string): Problem {
  return invalidSubscription([{ pointer, code, detail }]);
}

function invalidSubscription(errors: readonly object[]): Problem {
  return { code: 'invalid-subscription', members: { errors } };
}
