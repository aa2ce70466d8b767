import type { Recorder } from '../../append/recorder.ts';
import type { LogConnectivity } from '../../event-store/connectivity.ts';
import type { EventLookup } from '../../event-store/event-store.ts';
import type { Signal } from '../../observability/signal.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import type { MountedProjection, Rebuilds } from '../../projector/mounted-projection.ts';
import type { AgreementChains } from '../timelines/resources/agreement-chains.ts';

/** The projections that the API shows. */
export type ProjectionName = 'country' | 'topic' | 'relation' | 'statements' | 'agreements';

/** What the API is made of. */
export interface AppContext {
  readonly recorder: Recorder;
  readonly store: EventLookup;
  /** While the log is away, timelines go on being served. */
  readonly connectivity: LogConnectivity;
  readonly projections: Readonly<Record<ProjectionName, MountedProjection>>;
  readonly agreementChains: AgreementChains;
  /** The definitions behind the timelines, to tell which of them an event would touch. */
  readonly definitions: readonly TimelineDefinition[];
  readonly rebuilds: Rebuilds;
  readonly clock: () => Date;
  /** Who records, for all requests, as long as nobody has to say who they are. */
  readonly actor: string;
  readonly limits: HttpLimits;
  /** Aborted when the server stops: answers that would go on for ever end. */
  readonly stopping: AbortSignal;
  readonly signal: (signal: RequestFailed) => void;
}

export type RequestFailed = Extract<Signal, { kind: 'request-failed' }>;

export interface HttpLimits {
  /** Of a body of JSON. */
  readonly bodyBytesMax: number;
  /** Of one line of NDJSON; the number of lines has no limit. */
  readonly lineBytesMax: number;
  /** Lines of one request that are being recorded or whose outcomes wait for their reader. */
  readonly linesInFlightMax: number;
  /** How long a read waits for the position that it asks for. */
  readonly afterTimeoutMs: number;
  /** Memory for timeline pages that are asked for again. */
  readonly pageCacheBytesMax: number;
  /** Connections that are kept open for news. */
  readonly sseConnectionsMax: number;
  /** Between two signs of life on such a connection. */
  readonly heartbeatMs: number;
  /** A reader who takes nothing for so long is cut off, when the next sign of life is due. */
  readonly stallMs: number;
  /** Between two looks at what is new, however much comes. */
  readonly updateIntervalMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  bodyBytesMax: 1 << 20,
  lineBytesMax: 1 << 20,
  linesInFlightMax: 256,
  afterTimeoutMs: 2_000,
  pageCacheBytesMax: 32 << 20,
  sseConnectionsMax: 2_000,
  heartbeatMs: 15_000,
  stallMs: 30_000,
  updateIntervalMs: 250,
};
