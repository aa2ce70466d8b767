import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { textParameter } from '../protocol/parameters.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendFound } from '../protocol/response.ts';
import { parseRequestedState, stateToken } from '../protocol/state-token.ts';
import { resolveAsOf } from './as-of.ts';
import { pageUrlOf } from './export.ts';
import { formatParameters } from './format-parameters.ts';
import type { MementoResource } from './memento/timegate.ts';
import { STEPS_MAX } from './moments.ts';
import { requireReader } from './require-reader.ts';

export const stepParameters = [
  {
    ...textParameter('since', 'A state of the timeline: a position, or a token of a state.', '1'),
    isRequired: true,
  },
  {
    name: 'step',
    description: 'How many changes of the timeline after that.',
    schema: { type: 'integer', minimum: 0, maximum: STEPS_MAX, default: 0 },
  },
] as const;

/** Names of the parameters of a page that the form of the slider keeps. */
export function keptParameters(parameters: readonly string[]): readonly string[] {
  return formatParameters(parameters, 'html').filter((name) => !['asOf', 'after', 'cursor'].includes(name));
}

/**
 * Redirects from a state of a timeline, and a number of changes after it, to the page of the state after the last of
 * them; to the page of the present if that is its last change. This is where the slider of a page leads.
 */
export class StepHandler {
  readonly #resource: MementoResource;
  readonly #context: AppContext;

  constructor(resource: MementoResource, context: AppContext) {
    this.#resource = resource;
    this.#context = context;
  }

  /** @param key of the timeline in its projection */
  async send(key: string, req: Request<unknown>, res: Response): Promise<void> {
    const { projection, parameters } = this.#resource;
    const { store } = this.#context;
    const query = new QueryParameters(req.originalUrl, [...keptParameters(parameters), 'since', 'step']);
    const since = query.parsed('since', (text) => parseRequestedState(text, store), SINCE_EXPECTED);
    const step = query.parsed('step', stepOf, `Expected a whole number from 0 to ${STEPS_MAX}.`) ?? 0;
    if (since === undefined && query.errors.length === 0) query.refuse('since', SINCE_EXPECTED);
    if (since === undefined || query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
    const resolved = await resolveAsOf(since, projection, this.#context, 'since');
    if (resolved.outcome === 'refused') return sendProblem(res, resolved.problem);
    const reader = requireReader(this.#context, projection, res);
    if (reader === undefined) return;
    const last = reader.lastChange(key);
    const after = resolved.logPoint.ordinal;
    const range = { after, upTo: last?.ordinal ?? after, order: 'asc', limit: step } as const;
    const found = step === 0 ? undefined : reader.changePoints(key, range).at(-1);
    const point = found ?? resolved.logPoint;
    const isPresent = point.ordinal === last?.ordinal;
    const asOf = isPresent ? undefined : stateToken(reader.checkpoint()?.lineage ?? '', point);
    const url = pageUrlOf(req).parent();
    sendFound(res, url.with({ since: undefined, step: undefined, asOf }));
  }
}

const SINCE_EXPECTED = 'Expected the position of an event, or a state token, as a timeline gave it.';

function stepOf(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) <= STEPS_MAX ? Number(text) : undefined;
}
