import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { agreements } from '../projections/agreements.ts';
import { allEvents } from '../projections/all-events.ts';
import { concepts } from '../projections/concepts.ts';
import { Authenticator } from './access/authenticator.ts';
import { KeysRequiredError } from './access/keys-required-error.ts';
import type { IdentityProvider } from './access/oidc/identity-provider.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { type Config, httpUrl, isLoopback, isLoopbackUrl } from './config.ts';
import { createApp } from './http/app.ts';
import { HttpServer } from './http/http-server.ts';
import { ConnectionLimit } from './http/limits/connection-limit.ts';
import { addressCheck } from './http/protocol/requester.ts';
import { CheckpointFile, openLogKey } from './integrity/log-files.ts';
import { LogTree } from './integrity/log-tree.ts';
import { clock, hasKeys, logSettings, type OpenLog, openKeys, openLog } from './log.ts';
import type { SignalSink } from './observability/signal.ts';
import type { MountedProjection } from './projector/mounted-projection.ts';
import type { Checkpoint } from './projector/timeline-store.ts';
import type { Redactions } from './redaction/redactions.ts';
import { openRedactions } from './redactions.ts';
import { commandPrincipal } from './sqlite/audit/command-entry.ts';
import { openAuditLog } from './sqlite/audit/open-audit-log.ts';
import { inboxPath, SqliteInboxStore } from './sqlite/inbox-store.ts';
import { openTreeStore } from './sqlite/tree-store.ts';
import { SqliteWebhookStore, webhooksPath } from './sqlite/webhook-store.ts';
import type { EntryFeed } from './webhooks/feed-reader.ts';
import { ALL_EVENTS } from './webhooks/subscription.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import { mountedProjections } from './workers/extensions.ts';
import { awaitDifferenceFromKnown, type LogMismatchError, mismatchError } from './workers/known-log.ts';
import { type ProjectorHost, startProjectors } from './workers/projector-host.ts';
import { WalCheckpointer } from './workers/wal-checkpointer.ts';

/** A running server: log, projectors and HTTP. `close` answers the requests in flight, then closes views and log. */
export interface Chancery extends OpenLog {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly projections: ProjectorHost['projections'];
  readonly access: Pick<Authenticator, 'isOpen'>;
}

/**
 * Starts a server. Settles when it listens; if a step fails, everything opened before it is closed again.
 *
 * @throws KeysRequiredError if it would be open to other machines
 */
export async function startChancery(config: Config, signal: SignalSink): Promise<Chancery> {
  requireKeys(config);
  let projectors: ProjectorHost | undefined;
  let tree: LogTree | undefined;
  let webhooks: Webhooks | undefined;
  let access: Authenticator | undefined;
  let redactions: Redactions | undefined;
  let audit: AuditLog | undefined;
  let inbox: SqliteInboxStore | undefined;
  const stopping = new AbortController();
  const log = await openLog(config, signal, () => projectors?.notify());
  const checkpointer = new WalCheckpointer(config.dataDir);
  const closeAll = async (): Promise<void> => {
    await checkpointer.close();
    await redactions?.close();
    audit?.close();
    inbox?.close();
    await webhooks?.close();
    await projectors?.close();
    await tree?.close();
    access?.close();
    await log.close();
  };
  try {
    const provider = await createProvider(config, signal);
    access = new Authenticator({ store: openKeys(config), clock, publicRead: config.publicRead, provider });
    const openedAudit = openAuditLog(config.dataDir, clock, (error) =>
      signal({ kind: 'audit-failed', error }),
    );
    audit = openedAudit;
    tree = await openTree(config, log, signal);
    const liveEvents = log.openLiveEvents?.();
    const settings = logSettings(config);
    const { store, removals } = log;
    const another = watchForAnotherLog(config, log, { signal, stopping: stopping.signal });
    const { acceptsLog } = another;
    projectors = await startProjectors({
      settings,
      log: store,
      removals,
      acceptsLog,
      clock,
      signal,
      liveEvents,
    });
    const { projections, rebuilds } = projectors;
    webhooks = startWebhooks(config, log, projections, access, signal);
    inbox = new SqliteInboxStore(inboxPath(config.dataDir));
    redactions = openRedactions(config, log, { webhooks, inbox, projectors, signal });
    await redactions.start();
    const app = createApp({
      ...log,
      projections,
      agreementChains: agreements,
      topicConcepts: concepts,
      definitions: mountedProjections(),
      rebuilds,
      tree,
      webhooks,
      access,
      redactions,
      audit,
      inbox,
      clock,
      corsOrigin: config.corsOrigin,
      embedOrigins: config.embedOrigins,
      publicUrl: config.publicUrl,
      allowedHosts: config.allowedHosts,
      trustedProxies: config.trustedProxies,
      clientLimits: config.clientLimits,
      stopping: stopping.signal,
      logsRequests: config.logLevel === 'debug',
      signal,
    });
    const { trustedProxies, clientLimits } = config;
    const connections = new ConnectionLimit(clientLimits.connections, addressCheck(trustedProxies));
    const http = new HttpServer(app, connections);
    const url = urlOf(await listen(http.server, config), config.host);
    signal({ kind: 'listening', url });
    recordOwnAct(openedAudit, 'server-started');
    const close = async (): Promise<void> => {
      stopping.abort();
      await http.stop();
      recordOwnAct(openedAudit, 'server-stopped');
      await closeAll();
    };
    return { ...log, access, failed: Promise.race([log.failed, another.refused]), url, projections, close };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** A proxy on this machine, which `publicUrl` stands for, reaches a loopback address for everybody. */
function requireKeys(config: Config): void {
  const { host, publicUrl, oidc } = config;
  const isReached = !isLoopback(host);
  const isPublished = publicUrl !== undefined && !isLoopbackUrl(publicUrl);
  if (!(isReached || isPublished) || oidc !== undefined || hasKeys(config)) return;
  if (isReached) throw new KeysRequiredError('HOST', host);
  if (isPublished) throw new KeysRequiredError('PUBLIC_URL', publicUrl);
}

/** The provider need not be there yet. Its libraries take time and memory, so they are loaded only where it is set. */
async function createProvider(
  { oidc: settings }: Config,
  signal: SignalSink,
): Promise<IdentityProvider | undefined> {
  if (settings === undefined) return undefined;
  const { IdentityProvider } = await import('./access/oidc/identity-provider.ts');
  const onFailure = (reason: string): void => signal({ kind: 'identity-provider-failed', reason });
  return new IdentityProvider({ settings, clock, onFailure });
}

/** Records that the server was started or stopped, by the user whose process it is. */
function recordOwnAct(audit: AuditLog, action: 'server-started' | 'server-stopped'): void {
  const at = clock().toISOString();
  audit.record({ at, action, principal: commandPrincipal(), address: null, request: null, target: null });
}

/**
 * Decides what happens if a log that did not respond at the start turns out not to be the one that the timelines were
 * made from: the same as at a start at which it responds.
 */
function watchForAnotherLog(
  { acceptLog }: Config,
  { store, location }: OpenLog,
  { signal, stopping }: { readonly signal: SignalSink; readonly stopping: AbortSignal },
) {
  let isReported = false;
  let refuse: (error: LogMismatchError) => void = () => {};
  const refused = new Promise<LogMismatchError>((resolve) => {
    refuse = resolve;
  });
  const acceptsLog = async (known: Checkpoint): Promise<boolean> => {
    const difference = await awaitDifferenceFromKnown(store, known, stopping);
    // The event may have been removed, or the log copied.
    if (difference === undefined) return true;
    const error = mismatchError(location, difference, known);
    if (!acceptLog) refuse(error);
    else if (!isReported) signal({ kind: 'log-accepted', reason: error.message });
    isReported = true;
    return acceptLog;
  };
  return { refused, acceptsLog };
}

/** Opens the tree over the log. Throws LogHistoryError if the log is not the one that the folder has signed. */
async function openTree(
  { dataDir, eventStore, acceptLog }: Config,
  { everything: log, removals, location }: OpenLog,
  signal: SignalSink,
): Promise<LogTree> {
  const tree = new LogTree({
    log,
    removals,
    location,
    store: openTreeStore(dataDir),
    checkpointFile: new CheckpointFile(dataDir),
    key: await openLogKey(dataDir),
    accepts: (error) => {
      if (acceptLog) signal({ kind: 'log-accepted', reason: error.message });
      return acceptLog;
    },
    onFailure: (error) => signal({ kind: 'tree-failed', error }),
  });
  try {
    // A log on a server may not respond yet. It is checked when it does.
    if (eventStore === undefined) await tree.check();
    tree.start();
    return tree;
  } catch (error) {
    await tree.close();
    throw error;
  }
}

function startWebhooks(
  { dataDir, privateWebhooks }: Config,
  { store: log }: OpenLog,
  projections: ProjectorHost['projections'],
  access: Authenticator,
  signal: SignalSink,
): Webhooks {
  const mounted: Readonly<Record<string, MountedProjection>> = projections;
  const feeds = new Map<string, EntryFeed>([
    [ALL_EVENTS, { definition: allEvents, projection: projections.events }],
  ]);
  for (const definition of mountedProjections()) {
    const projection = mounted[definition.name];
    if (projection !== undefined) feeds.set(definition.name, { definition, projection });
  }
  const store = new SqliteWebhookStore(webhooksPath(dataDir));
  const webhooks = new Webhooks({
    store,
    log,
    feeds,
    scopeOf: (key) => access.readingScopeOf(key),
    allowsPrivate: privateWebhooks,
    clock,
    onSignal: signal,
  });
  webhooks.start();
  return webhooks;
}

async function listen(server: Server, { host, port }: Config): Promise<Server> {
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return httpUrl(host, port);
}
