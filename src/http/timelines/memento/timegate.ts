import type { AppContext } from '../../protocol/context.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { sendProblem } from '../../protocol/problem-response.ts';
import { invalidDatetime, invalidQuery, noMementos } from '../../protocol/problems.ts';
import { QueryParameters } from '../../protocol/query.ts';
import { sendFound } from '../../protocol/response.ts';
import { formatParameters } from '../format-parameters.ts';
import type { TimelineResource } from '../representation.ts';
import { requireReader } from '../require-reader.ts';
import { LINKED_URL_CHARS_MAX, mementoState, mementoUrlsOf } from './links.ts';
import { acceptedDatetime, mementosOf, selectMemento } from './select-memento.ts';

export type MementoResource = Pick<TimelineResource, 'projection' | 'parameters' | 'absent'>;

/**
 * The TimeGate of a timeline (RFC 7089): redirects to the state at the time in `Accept-Datetime`. Unlike `asOf`, it
 * accepts times outside the log, and redirects to the first or the last state then.
 */
export class TimeGateHandler {
  readonly #resource: MementoResource;
  readonly #context: AppContext;

  constructor(resource: MementoResource, context: AppContext) {
    this.#resource = resource;
    this.#context = context;
  }

  /** @param key of the timeline in its projection */
  async send(key: string, req: Request<unknown>, res: Response): Promise<void> {
    const { projection, parameters, absent } = this.#resource;
    const { errors } = new QueryParameters(req.originalUrl, formatParameters(parameters, 'html'));
    if (errors.length > 0) return sendProblem(res, invalidQuery(errors));
    const reader = requireReader(this.#context, projection, res);
    if (reader === undefined) return;
    const mementos = mementosOf(reader, key);
    if (mementos === undefined) return sendProblem(res, absent(key) ?? noMementos());
    const time = acceptedDatetime(req.headers['accept-datetime']);
    if (Number.isNaN(time)) return sendProblem(res, invalidDatetime());
    const lineage = reader.checkpoint()?.lineage ?? '';
    const [first, selected, last] = [
      mementoState(lineage, mementos.first),
      mementoState(lineage, selectMemento(reader, key, mementos, time)),
      mementoState(lineage, mementos.last),
    ];
    const urls = mementoUrlsOf(req, '/timegate');
    const links = [
      urls.mementoLink(first, 'first'),
      urls.mementoLink(selected),
      urls.mementoLink(last, 'last'),
    ];
    const isShort = req.originalUrl.length <= LINKED_URL_CHARS_MAX;
    sendFound(res, urls.memento(selected), {
      Vary: 'Accept-Datetime',
      ...(isShort && { Link: [...urls.links, ...links].join(', ') }),
    });
  }
}
