import type { Request, Response } from 'express';
import type { MountedTimeline } from '../projector/mounted-timeline.ts';
import type { Moment, TimelinePage, TimelineReader } from '../projector/timeline-store.ts';
import { Address } from '../web/address.ts';
import type { Html } from '../web/html.ts';
import type { TimelineView } from '../web/timeline-view.ts';
import { originOf } from './html-response.ts';
import type { Problem } from './problem-details.ts';
import { spreadOf } from './spread-memory.ts';
import type { PageRequest } from './timeline-query.ts';

/** The timelines of one projection, as resources. */
export interface TimelineResource {
  readonly timeline: MountedTimeline;
  /** Names of the query's parameters. */
  readonly parameters: readonly string[];
  /** Values of the parameter `roles` there; absent: those of a country. */
  readonly roles?: (key: string) => readonly string[];
  /** Member of the answer that says whose timeline it is, such as `"country":{"code":"PK","name":"Pakistan"}`. */
  readonly subject: (key: string, read: TimelinePage) => string;
  /** Set: the answer is the subject alone, made of so many entries at most, and not a page of entries. */
  readonly entriesMax?: number;
  /** As a page for people; absent: there is none, and everybody gets JSON. */
  readonly page?: (key: string, view: TimelineView, moment: Moment | undefined) => Html;
  /** What else the page is read from: it is waited for until it holds as much. */
  readonly beside?: MountedTimeline;
  /** For a timeline that no event has touched: the problem, or undefined when it is simply empty. */
  readonly absent: (key: string) => Problem | undefined;
}

/** What answers at the addresses of timelines, or below them. */
export interface TimelineAnswers {
  /** What these addresses have behind those of the timelines. */
  readonly suffix: '' | '/live';
  send(key: string, req: Request, res: Response): Promise<void>;
}

export type AnswersFor = (resource: TimelineResource) => TimelineAnswers;

/** What a page of a timeline is written from. */
export interface FoundPage {
  readonly key: string;
  readonly reader: TimelineReader;
  readonly request: PageRequest;
  /** The state that is shown; undefined while nothing is recorded. */
  readonly moment: Moment | undefined;
  readonly read: TimelinePage;
  /** Of the next page. */
  readonly cursor: string | undefined;
  /** The log is away: since then. */
  readonly unknownSince: string | undefined;
}

export function jsonBody(
  { subject, entriesMax }: TimelineResource,
  { key, moment, read, cursor }: FoundPage,
): string {
  const asOf = moment === undefined ? null : { position: moment.position, instant: moment.instant };
  const head = `{${subject(key, read)},"asOf":${JSON.stringify(asOf)}`;
  const entries = `,"entries":[${read.entries.join(',')}],"next":${JSON.stringify(cursor ?? null)}`;
  return `${head}${entriesMax === undefined ? entries : ''}}`;
}

export function htmlBody({ page, entriesMax }: TimelineResource, found: FoundPage, req: Request): string {
  const { key, reader, request, moment, read, cursor } = found;
  const view: TimelineView = {
    address: new Address(req.originalUrl),
    origin: originOf(req),
    filter: request.filter,
    shown: moment,
    isPast: request.asOf !== undefined,
    unknownSince: found.unknownSince,
    summary: moment && reader.summary(key, moment.ordinal),
    entries: read.entries,
    isFirst: request.cursor === undefined,
    next: cursor,
    isWhole: entriesMax === undefined || read.next === undefined,
    spread: entriesMax === undefined && moment ? spreadOf(reader, key, request.filter, moment) : NO_SPREAD,
  };
  return String(page?.(key, view, moment));
}

const NO_SPREAD = { unit: 'day', list: [] } as const;
