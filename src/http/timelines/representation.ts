import type { Request, Response } from 'express';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { LogPoint, TimelinePage, TimelineReader } from '../../projector/timeline-store.ts';
import type { TimelineView } from '../../web/components/timeline-view.ts';
import type { Html } from '../../web/shell/html.ts';
import { PageUrl } from '../../web/text/url.ts';
import { originOf } from '../protocol/html-response.ts';
import type { Problem } from '../protocol/problems.ts';
import { cachedHistogram } from './histogram-cache.ts';
import type { PageRequest } from './query.ts';

/** The timelines of one projection, as resources. */
export interface TimelineRoute {
  readonly timeline: MountedProjection;
  /** Names of the query's parameters. */
  readonly parameters: readonly string[];
  /** Values of the parameter `roles` there; absent: those of a country. */
  readonly roles?: (key: string) => readonly string[];
  /** Member of the answer that says whose timeline it is, such as `"country":{"code":"PK","name":"Pakistan"}`. */
  readonly subject: (key: string, read: TimelinePage) => string;
  /** Set: the answer is the subject alone, made of so many entries at most, and not a page of entries. */
  readonly entriesMax?: number;
  /** As a page for people; absent: there is none, and everybody gets JSON. */
  readonly page?: (key: string, view: TimelineView, moment: LogPoint | undefined) => Html;
  /** What else the page is read from: it is waited for until it holds as much. */
  readonly beside?: MountedProjection;
  /** For a timeline that no event has touched: the problem, or undefined when it is simply empty. */
  readonly absent: (key: string) => Problem | undefined;
}

/** What answers at the addresses of timelines, or below them. */
export interface TimelineResponder {
  /** What these addresses have behind those of the timelines. */
  readonly suffix: '' | '/live';
  send(key: string, req: Request, res: Response): Promise<void>;
}

export type AnswersFor = (resource: TimelineRoute) => TimelineResponder;

/** What a page of a timeline is written from. */
export interface FoundPage {
  readonly key: string;
  readonly reader: TimelineReader;
  readonly request: PageRequest;
  /** The state that is shown; undefined while nothing is recorded. */
  readonly moment: LogPoint | undefined;
  readonly read: TimelinePage;
  /** Of the next page. */
  readonly cursor: string | undefined;
  /** The log is away: since then. */
  readonly unknownSince: string | undefined;
}

export function jsonBody(
  { subject, entriesMax }: TimelineRoute,
  { key, moment, read, cursor }: FoundPage,
): string {
  const asOf = moment === undefined ? null : { position: moment.position, instant: moment.instant };
  const head = `{${subject(key, read)},"asOf":${JSON.stringify(asOf)}`;
  const entries = `,"entries":[${read.entries.join(',')}],"next":${JSON.stringify(cursor ?? null)}`;
  return `${head}${entriesMax === undefined ? entries : ''}}`;
}

export function htmlBody({ page, entriesMax }: TimelineRoute, found: FoundPage, req: Request): string {
  const { key, reader, request, moment, read, cursor } = found;
  const view: TimelineView = {
    address: new PageUrl(req.originalUrl),
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
    spread:
      entriesMax === undefined && moment ? cachedHistogram(reader, key, request.filter, moment) : NO_SPREAD,
  };
  return String(page?.(key, view, moment));
}

const NO_SPREAD = { unit: 'day', list: [] } as const;
