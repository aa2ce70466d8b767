/** The public API `chancery/client`: a client of the HTTP API, for browsers and every runtime with `fetch`. */

export { type AppendOptions, ChanceryClient } from './chancery-client.ts';
export type { ClientOptions } from './connection.ts';
export { type FieldProblem, ProblemError } from './problem-error.ts';
export type { NewsOptions, Timeline } from './timeline.ts';
export type {
  AppendResult,
  EntryPage,
  EntryQuery,
  EventDetails,
  EventToAppend,
  LiveUpdate,
  LogEvent,
  OwnEvent,
  State,
  StatementQuery,
  TimelineEvent,
  TimelineStatement,
} from './types.ts';
