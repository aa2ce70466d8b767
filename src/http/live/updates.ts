import type { Request, Response } from 'express';
import type { Position } from '../../event-store/event-store.ts';
import { throttle } from '../../projector/throttle.ts';
import type {
  ChangesQuery,
  Checkpoint,
  LogPoint,
  Ordinal,
  TimelineReader,
} from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import { invalidQuery, type Problem, projectionBuilding, SOON, sendProblem } from '../protocol/problems.ts';
import { type AsOfOutcome, resolveAsOf } from '../timelines/as-of.ts';
import { liveParameters, parsePageRequest } from '../timelines/query.ts';
import type { TimelineResponder, TimelineRoute } from '../timelines/representation.ts';
import { requireReader } from '../timelines/require-reader.ts';
import type { SseConnections } from './sse.ts';
import { openSseStream, type SseEvent, type SseStream } from './sse.ts';

/** Changes that are counted for one message: some milliseconds. Beyond, that there is news is all that is told. */
const CHANGES_MAX = 10_000;
/** Until a reader whose connection broke comes back. */
const RETRY_MS = 2_000;

/** What is asked of a timeline, by all who ask the same. */
interface Question {
  /** The same for all who ask it. */
  readonly text: string;
  readonly path: string;
  readonly key: string;
  readonly filter: Omit<ChangesQuery, 'after' | 'upTo' | 'changesMax'>;
  readonly followers: Set<Follower>;
}

interface Follower {
  readonly stream: SseStream;
  /** It knows of all news up to here. */
  at: Ordinal;
  /** There may be more, that it could not take. */
  isBehind: boolean;
}

type Prepared =
  | { readonly problem: Problem }
  /** Undefined: before the first event. */
  | { readonly filter: Question['filter']; readonly start: LogPoint | undefined };

/**
 * Answers with the news of a timeline, as it comes: how many entries came or changed since the position before. A
 * message is made from the rows when its reader can take it, so that nothing waits for those who cannot, and what was
 * missed, also by who comes back with `Last-Event-ID`, is counted then, once. As rows are kept, and events have the same
 * ordinals in all rows that are made from the log, rows that take over change no count.
 *
 * A look at what is new costs a question, not a reader, and comes at its pace, however much is recorded.
 */
export class TimelineUpdates implements TimelineResponder {
  readonly suffix = '/live';
  readonly #resource: TimelineRoute;
  readonly #context: AppContext;
  readonly #streams: SseConnections;
  readonly #questions = new Map<string, Question>();

  constructor(resource: TimelineRoute, context: AppContext, streams: SseConnections) {
    this.#resource = resource;
    this.#context = context;
    this.#streams = streams;
    resource.timeline.follow(throttle(() => this.#tellAll(), context.limits.updateIntervalMs));
  }

  async send(key: string, req: Request, res: Response): Promise<void> {
    if (requireReader(this.#context, this.#resource.timeline, res) === undefined) return;
    const asked = await this.#prepare(key, req);
    if (res.destroyed) return;
    if ('problem' in asked) sendProblem(res, asked.problem);
    else if (this.#streams.isFull) sendProblem(res, { code: 'too-many-readers', headers: SOON });
    else if (req.method === 'HEAD') {
      openSseStream(res);
      res.end();
    } else this.#follow(this.#question(key, req.path, asked.filter), asked.start, res);
  }

  async #prepare(key: string, req: Request): Promise<Prepared> {
    const { timeline, parameters, roles, absent } = this.#resource;
    const known = liveParameters(parameters);
    const parsed = parsePageRequest(req.originalUrl, known, this.#context.store, roles?.(key));
    if (parsed.outcome === 'refused') return { problem: invalidQuery(parsed.errors) };
    const { filter, after } = parsed.request;
    const start = await this.#start(req, after);
    if (start?.outcome === 'refused') return start;
    // The rows may have given way to others while the request was waiting.
    const { reader } = timeline;
    if (reader === undefined) return { problem: projectionBuilding(timeline.name) };
    const problem = reader.lastChange(key) === undefined ? absent(key) : undefined;
    return problem === undefined ? { filter, start: start?.moment ?? reader.checkpoint() } : { problem };
  }

  /**
   * The moment behind which news counts; undefined: the present. A position that the log does not have is refused: by any
   * other answer than 200 an `EventSource` stops for good, as it should.
   */
  async #start(req: Request, after: Position | undefined): Promise<AsOfOutcome | undefined> {
    const last = req.headers['last-event-id'];
    const parameter = last ? 'Last-Event-ID' : 'after';
    const position = last ? this.#context.store.parsePosition(String(last)) : after;
    if (position === undefined) return last ? refused(parameter) : undefined;
    const held = await resolveAsOf({ position }, this.#resource.timeline, this.#context, parameter);
    return held.outcome === 'refused' || held.moment.position === position ? held : refused(parameter);
  }

  #question(key: string, path: string, filter: Question['filter']): Question {
    const text = JSON.stringify([key, filter]);
    const question = this.#questions.get(text) ?? { text, path, key, filter, followers: new Set() };
    this.#questions.set(text, question);
    return question;
  }

  #follow(question: Question, start: LogPoint | undefined, res: Response): void {
    const stream = this.#streams.open(res, () => {
      if (follower.isBehind) this.#tell(question, [follower]);
    });
    const follower: Follower = { stream, at: start?.ordinal ?? (0 as Ordinal), isBehind: true };
    question.followers.add(follower);
    res.on('close', () => {
      question.followers.delete(follower);
      if (question.followers.size === 0) this.#questions.delete(question.text);
    });
    stream.send({ retry: RETRY_MS, ...(start && { id: start.position }) });
  }

  #tellAll(): void {
    for (const question of this.#questions.values()) this.#tell(question, question.followers);
  }

  /** A fault ends the streams that it concerns: who comes back meets it as any request does. */
  #tell(question: Question, followers: Iterable<Follower>): void {
    const { reader } = this.#resource.timeline;
    try {
      const newest = reader?.checkpoint();
      if (reader !== undefined && newest !== undefined) tellNews(reader, newest, question, followers);
    } catch (error) {
      this.#context.signal({
        kind: 'request-failed',
        method: 'GET',
        path: question.path,
        error: error as Error,
      });
      for (const { stream } of question.followers) stream.end();
    }
  }
}

/** Those who stand at the same event, as most do, are told the same. */
function tellNews(
  reader: TimelineReader,
  newest: Checkpoint,
  { key, filter }: Question,
  followers: Iterable<Follower>,
): void {
  const blocks = new Map<Ordinal, SseEvent | undefined>();
  for (const follower of followers) {
    const { at, stream } = follower;
    follower.isBehind = stream.isBusy;
    if (stream.isBusy || at >= newest.ordinal) continue;
    if (!blocks.has(at)) {
      const stretch = { after: at, upTo: newest.ordinal, changesMax: CHANGES_MAX };
      blocks.set(at, newsBlock(newest, reader.changes(key, { ...filter, ...stretch })));
    }
    const block = blocks.get(at);
    follower.at = newest.ordinal;
    if (block !== undefined) stream.send(block);
  }
}

/** `new` is null where there is more than is counted. */
function newsBlock({ position, instant }: LogPoint, changes: number | undefined): SseEvent | undefined {
  if (changes === 0) return undefined;
  return { id: position, event: 'news', data: JSON.stringify({ position, instant, new: changes ?? null }) };
}

function refused(parameter: string): AsOfOutcome {
  const detail = 'Expected the position of an event of this log, as a timeline or its news gave it.';
  return { outcome: 'refused', problem: invalidQuery([{ parameter, code: 'invalid-value', detail }]) };
}
