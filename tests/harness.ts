import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agreements } from '../projections/agreements.ts';
import { allEvents } from '../projections/all-events.ts';
import { concepts } from '../projections/concepts.ts';
import { projections as definitions } from '../projections/index.ts';
import type { Authenticator } from '../src/access/authenticator.ts';
import type { IdentityProvider } from '../src/access/oidc/identity-provider.ts';
import { newSalt } from '../src/append/ids.ts';
import { createRecorder, type Recorder } from '../src/append/recorder.ts';
import type { AuditLog } from '../src/audit/audit-log.ts';
import { ALWAYS_CONNECTED } from '../src/event-store/connectivity.ts';
import type { EventReader, EventStore } from '../src/event-store/event-store.ts';
import { NO_REMOVALS } from '../src/event-store/removals.ts';
import { type AppDependencies, createApp } from '../src/http/app.ts';
import { HttpServer } from '../src/http/http-server.ts';
import type { ClientLimits } from '../src/http/limits/client-quota.ts';
import { HTTP_LIMITS, type HttpLimits, type ProjectionName } from '../src/http/protocol/context.ts';
import { CheckpointFile, openLogKey } from '../src/integrity/log-files.ts';
import { LogTree } from '../src/integrity/log-tree.ts';
import type { Signal } from '../src/observability/signal.ts';
import type { Rebuilds } from '../src/projector/mounted-projection.ts';
import { ProjectionProgress } from '../src/projector/progress.ts';
import { Projector } from '../src/projector/projector.ts';
import { Redactions } from '../src/redaction/redactions.ts';
import { openAuditLog } from '../src/sqlite/audit/open-audit-log.ts';
import { inboxPath, SqliteInboxStore } from '../src/sqlite/inbox-store.ts';
import { openSqliteEventStore } from '../src/sqlite/log/sqlite-event-store.ts';
import { redactionsPath, SqliteRedactionStore } from '../src/sqlite/redaction-store.ts';
import { openTreeStore } from '../src/sqlite/tree-store.ts';
import { SqliteTimelineReader } from '../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteViewFile } from '../src/sqlite/views/sqlite-view-file.ts';
import { SqliteWebhookStore, webhooksPath } from '../src/sqlite/webhook-store.ts';
import type { EntryFeed } from '../src/webhooks/feed-reader.ts';
import { ALL_EVENTS } from '../src/webhooks/subscription.ts';
import { Webhooks, type WebhooksOptions } from '../src/webhooks/webhooks.ts';
import { type ViewGroup, viewGroups } from '../src/workers/view-groups.ts';
import { openAccess } from './access/open-access.ts';

/** The whole program in one thread: a real server on a free port, with its own data folder. */
export interface Harness {
  readonly url: string;
  readonly dataDir: string;
  readonly store: EventStore;
  readonly recorder: Recorder;
  /** Without keys, so that the server is open. */
  readonly access: Authenticator;
  readonly audit: AuditLog;
  readonly projections: Readonly<Record<ProjectionName, ProjectionProgress>>;
  readonly signals: readonly Signal[];
  /** The server's side of the open connections. */
  readonly sockets: ReadonlySet<Socket>;
  /** Ends the event streams, as a server does that shuts down. */
  stop(): void;
  close(): Promise<void>;
}

const HEARTBEAT_INTERVAL_MS = 1_000;

/** Rebuilds need processes, so they are tested with the built program. */
const NO_REBUILDS: Rebuilds = { start: () => false, last: () => undefined, cancel: () => false };

/** Parts that differ from those of most tests. */
interface HarnessParts {
  readonly publicUrl?: string;
  readonly embedOrigins?: readonly string[];
  readonly allowedHosts?: readonly string[];
  readonly trustedProxies?: readonly string[];
  readonly corsOrigin?: string;
  readonly clientLimits?: ClientLimits;
  readonly webhooks?: Partial<WebhooksOptions>;
  readonly publicRead?: boolean;
  readonly rebuilds?: Rebuilds;
  readonly authenticate?: NonNullable<AppDependencies['authenticate']>;
  readonly provider?: IdentityProvider;
}

export async function startHarness(
  clock: () => Date = () => new Date(),
  limits: Partial<HttpLimits> = {},
  logsRequests = false,
  { webhooks: webhookOptions, publicRead = false, provider, ...parts }: HarnessParts = {},
): Promise<Harness> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chancery-'));
  const signals: Signal[] = [];
  const store = openSqliteEventStore({ dataDir, clock, onAppended: () => {}, onFailure: () => {} });
  const recorder = createRecorder(store);
  const { projections, close: closeProjections } = startProjections(dataDir, store);
  const tree = await startTree(dataDir, store);
  const access = openAccess({ clock, publicRead, provider });
  const webhooks = new Webhooks({
    store: new SqliteWebhookStore(webhooksPath(dataDir)),
    log: store,
    feeds: feedsOf(projections),
    scopeOf: (key) => access.readingScopeOf(key),
    allowsPrivate: true,
    clock,
    onSignal: (signal) => signals.push(signal),
    ...webhookOptions,
  });
  webhooks.start();
  const redactions = new Redactions({
    store: new SqliteRedactionStore(redactionsPath(dataDir)),
    log: store,
    redactable: store,
    recorder,
    clock,
    newId: randomUUID,
    newSalt: () => newSalt(randomBytes),
    eraseDerived: async (stream, events) => {
      await webhooks.redact(stream, events);
      inbox.erase(events);
    },
    onSignal: (signal) => signals.push(signal),
  });
  const audit = openAuditLog(dataDir, clock, () => {});
  const inbox = new SqliteInboxStore(inboxPath(dataDir));
  const stopping = new AbortController();
  const app = createApp({
    removals: NO_REMOVALS,
    store,
    recorder,
    connectivity: ALWAYS_CONNECTED,
    projections,
    agreementChains: agreements,
    topicConcepts: concepts,
    definitions,
    tree,
    webhooks,
    redactions,
    audit,
    inbox,
    clock,
    access,
    rebuilds: NO_REBUILDS,
    ...parts,
    limits: { ...HTTP_LIMITS, ...limits },
    logsRequests,
    stopping: stopping.signal,
    signal: (signal) => signals.push(signal),
  });
  const server = new HttpServer(app).server.listen(0, '127.0.0.1');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server, 'listening');
  return {
    dataDir,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    recorder,
    access,
    audit,
    projections,
    signals,
    sockets,
    stop: () => stopping.abort(),
    close: async () => {
      stopping.abort();
      server.close();
      server.closeAllConnections();
      await redactions.close();
      audit.close();
      inbox.close();
      await webhooks.close();
      await closeProjections();
      await tree.close();
      access.close();
      await store.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

function feedsOf(projections: Harness['projections']): ReadonlyMap<string, EntryFeed> {
  const feeds = definitions.map((definition) => {
    return [definition.name, { definition, projection: projections[definition.name] }] as const;
  });
  return new Map<string, EntryFeed>([
    ...feeds,
    [ALL_EVENTS, { definition: allEvents, projection: projections.country }],
  ]);
}

async function startTree(dataDir: string, log: EventStore): Promise<LogTree> {
  const tree = new LogTree({
    removals: NO_REMOVALS,
    log,
    location: dataDir,
    store: openTreeStore(dataDir),
    checkpointFile: new CheckpointFile(dataDir),
    key: await openLogKey(dataDir),
    onFailure: () => {},
  });
  tree.start();
  return tree;
}

/** Projects the log into files of the data folder until it is closed. */
function startProjections(dataDir: string, store: EventStore) {
  const comparePositions = store.comparePositions.bind(store);
  const files = viewGroups(definitions).map((group) => openViewFile(dataDir, group, comparePositions));
  const opened = files.flatMap(({ projections }) => projections);
  const stopping = new AbortController();
  const running = new Projector(store, opened, (signal) => {
    for (const { progress } of opened) progress.handle(signal);
  }).run(stopping.signal);
  const progressOf = new Map(opened.map(({ definition, progress }) => [definition, progress]));
  const projections = Object.fromEntries(
    definitions.map((definition) => [definition.name, progressOf.get(definition)]),
  ) as unknown as Harness['projections'];
  // Without heartbeats, as the projector thread sends them, pages say after ten quiet seconds that they may be stale.
  const heartbeat = setInterval(() => {
    for (const { progress } of opened) progress.heartbeat();
  }, HEARTBEAT_INTERVAL_MS);
  const close = async (): Promise<void> => {
    clearInterval(heartbeat);
    stopping.abort();
    await running;
    for (const { reader } of opened) reader.close();
    for (const { view } of files) view.close();
  };
  return { projections, close };
}

function openViewFile(dataDir: string, group: ViewGroup, comparePositions: EventReader['comparePositions']) {
  const file = join(dataDir, `${group.name}.db`);
  const view = new SqliteViewFile(file, group.definitions, comparePositions);
  const monotonicMs = () => performance.now();
  const projections = group.definitions.map((definition) => {
    const { name, version } = definition;
    const reader = new SqliteTimelineReader(file, name, comparePositions);
    const progress = new ProjectionProgress({
      name,
      version,
      comparePositions,
      monotonicMs,
      onWait: () => {},
    });
    progress.serve(reader, 'current');
    return { definition, writer: view.writer(name), reader, progress };
  });
  return { view, projections };
}
