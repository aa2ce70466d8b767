import type { Authenticator } from '../../access/authenticator.ts';
import type { Principal } from '../../access/principal.ts';
import type { Recorder } from '../../append/recorder.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { LogConnectivity } from '../../event-store/connectivity.ts';
import type { EventLookup } from '../../event-store/event-store.ts';
import type { LogRemovals } from '../../event-store/removals.ts';
import type { DraftStore } from '../../inbox/draft-store.ts';
import type { LogTree } from '../../integrity/log-tree.ts';
import type { ClockWatch } from '../../observability/clock-watch.ts';
import type { Signal } from '../../observability/signal.ts';
import type { TimelineDefinition } from '../../projector/define-timeline.ts';
import type { MountedProjection, Rebuilds } from '../../projector/mounted-projection.ts';
import type { Redactions } from '../../redaction/redactions.ts';
import type { AgreementView } from '../../web/pages/agreement-page.ts';
import type { ConceptView } from '../../web/pages/topic-page.ts';
import type { Webhooks } from '../../webhooks/webhooks.ts';
import type { BodyBudget } from '../limits/body-budget.ts';
import type { ClientQuotas } from '../limits/client-quotas.ts';
import type { CredentialedRequest } from './authentication.ts';
import type { HttpMetrics } from './http-metrics.ts';
import type { OpenReads } from './open-reads.ts';
import type { ReceivedRequest } from './received-request.ts';

/** The projections that have URLs of their own. */
export type ProjectionName =
  | 'country'
  | 'topic'
  | 'relation'
  | 'actor'
  | 'events'
  | 'statements'
  | 'agreements'
  | 'concepts'
  | 'contradictions';

/** Folds the entries of an agreement's timeline into the agreement and the shipments that implement it. */
export interface AgreementChains {
  /** @param entries in timeline order, as JSON objects */
  fold(stream: string, entries: readonly string[]): AgreementView;
}

/** Folds the definitions of a topic, and of its narrower topics, into what is known of it. */
export interface TopicConcepts {
  /** @param entries in timeline order, as JSON objects */
  fold(topic: string, entries: readonly string[]): ConceptView;
}

/** Everything that the HTTP API depends on. `server.ts` creates it. */
export interface AppContext {
  readonly recorder: Recorder;
  readonly store: EventLookup;
  /** Returns the lineage of the log, as `Checkpoint` has it; undefined while the log has no events. */
  readonly lineage: () => Promise<string | undefined>;
  /** Timelines are served even while the log is unavailable. */
  readonly connectivity: LogConnectivity;
  readonly removals: LogRemovals;
  readonly projections: Readonly<Record<ProjectionName, MountedProjection>>;
  readonly agreementChains: AgreementChains;
  readonly topicConcepts: TopicConcepts;
  /** The definitions of the mounted timelines, from which a preview finds the timelines that an event would affect. */
  readonly definitions: readonly TimelineDefinition[];
  readonly rebuilds: Rebuilds;
  readonly tree: LogTree;
  readonly webhooks: Webhooks;
  readonly redactions: Redactions;
  /** The keys, and the sessions and feed URLs that were made with them. */
  readonly access: Authenticator;
  /** Finds out who makes a request. Throws RefusedSecretError. */
  readonly authenticate: (req: CredentialedRequest) => Promise<Principal>;
  /** Finds the principal of a key with which a browser signs in. Throws RefusedSecretError. */
  readonly requireKey: (text: string, req: ReceivedRequest) => Principal;
  readonly openReads: OpenReads;
  /** Who did what when. Handlers record through `Request.audit`. */
  readonly audit: AuditLog;
  readonly inbox: DraftStore;
  readonly clock: () => Date;
  readonly clockWatch: ClockWatch;
  /** The origin whose pages may read, or `*` for all; undefined if none may. */
  readonly corsOrigin: string | undefined;
  /** The origins whose pages may embed timelines, among them `*` for all; empty if none may. */
  readonly embedOrigins: readonly string[];
  /** Scheme, host and port under which a proxy publishes the server; undefined if clients reach it directly. */
  readonly publicUrl?: string | undefined;
  /** Names of this server in lower case, besides that of `publicUrl`. With a port, only that port is meant. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks of the proxies whose forwarding headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly limits: HttpLimits;
  /** The memory for the bodies of all clients. */
  readonly bodyBudget: BodyBudget;
  readonly quotas: ClientQuotas;
  readonly metrics: HttpMetrics;
  /** Aborted when the server shuts down, which ends the open event streams. */
  readonly stopping: AbortSignal;
  /** True if a signal is sent for every request and every append. */
  readonly logsRequests: boolean;
  readonly signal: (signal: HttpSignal) => void;
}

/** The signals that the HTTP API sends. */
export type HttpSignal = Extract<
  Signal,
  { kind: 'request-completed' | 'request-failed' | 'events-appended' | 'clock-warning' }
>;

export interface HttpLimits {
  /** Size of a JSON or form body. */
  readonly bodyBytesMax: number;
  /** Until a JSON or form body must have arrived. */
  readonly bodyTimeoutMs: number;
  /** Memory for the bodies that are being received or appended, on all connections together. */
  readonly bodyMemoryBytesMax: number;
  /** Size of one line of NDJSON. The number of lines is not limited. */
  readonly lineBytesMax: number;
  /** Lines of one NDJSON request that are being appended, or whose outcomes the client has not read yet. */
  readonly linesInFlightMax: number;
  /** Memory for these lines of one request. */
  readonly linesInFlightBytesMax: number;
  /** How long a read waits until the projection has reached the position that it asks for. */
  readonly afterTimeoutMs: number;
  /** Memory for the cache of timeline pages. */
  readonly pageCacheBytesMax: number;
  /** Connections for live updates that are open at the same time. */
  readonly sseConnectionsMax: number;
  /** Time between two heartbeats on such a connection. */
  readonly heartbeatMs: number;
  /** A client that has read nothing for this long is disconnected at the next heartbeat. */
  readonly stallMs: number;
  /** Minimum time between two live updates of a timeline. */
  readonly updateIntervalMs: number;
}

/** The limits of a server in production. */
export const HTTP_LIMITS: HttpLimits = {
  bodyBytesMax: 1 << 20,
  bodyTimeoutMs: 30_000,
  bodyMemoryBytesMax: 24 << 20,
  lineBytesMax: 1 << 20,
  linesInFlightMax: 256,
  linesInFlightBytesMax: 4 << 20,
  afterTimeoutMs: 2_000,
  pageCacheBytesMax: 8 << 20,
  sseConnectionsMax: 2_000,
  heartbeatMs: 15_000,
  stallMs: 30_000,
  updateIntervalMs: 250,
};
