import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import { agreements } from '../../../projections/agreements.ts';
import { concepts } from '../../../projections/concepts.ts';
import { projections as definitions } from '../../../projections/index.ts';
import { createRecorder } from '../../../src/append/recorder.ts';
import { ALWAYS_CONNECTED } from '../../../src/event-store/connectivity.ts';
import { NO_REMOVALS } from '../../../src/event-store/removals.ts';
import { type AppDependencies, createApp } from '../../../src/http/app.ts';
import { HttpServer } from '../../../src/http/http-server.ts';
import { BodyBudget } from '../../../src/http/limits/body-budget.ts';
import { ClientQuotas, UNLIMITED } from '../../../src/http/limits/client-quotas.ts';
import type { HttpSignal } from '../../../src/http/protocol/context.ts';
import { OpenReads } from '../../../src/http/protocol/open-reads.ts';
import { SERVER_BUSY } from '../../../src/http/protocol/problems.ts';
import type { Router } from '../../../src/http/protocol/router.ts';
import { FacetTally } from '../../../src/projector/facet-tally.ts';
import type { MountedProjection } from '../../../src/projector/mounted-projection.ts';
import { TimelineList } from '../../../src/projector/timeline-list.ts';
import { SqliteInboxStore } from '../../../src/sqlite/inbox-store.ts';
import { InMemoryEventStore } from '../../../src/testing/in-memory/in-memory-event-store.ts';
import { openAccess } from '../../access/open-access.ts';
import { IDLE_AUDIT_LOG } from '../../audit/idle-audit-log.ts';
import { idleTree } from '../../integrity/in-memory-tree.ts';
import { idleWebhooks } from '../../webhooks/idle-webhooks.ts';
import { idleRedactions } from './idle-redactions.ts';

/** A projection without entries, whose reader throws when it looks up a timeline. */
export function stubProjection(state: MountedProjection['state'], name = 'country'): MountedProjection {
  return {
    name,
    version: 1,
    state,
    stop: undefined,
    retryInMs: undefined,
    isAlive: true,
    eventsPerSecond: 0,
    position: undefined,
    waitFor: async () => false,
    onChange: () => {},
    reader: {
      projection: 'country@1',
      removals: 0,
      checkpoint: () => undefined,
      lastChange: () => {
        throw new Error('secret: the disk at /dev/sda is gone');
      },
      logPointAt: () => undefined,
      page: () => ({ entries: [], next: undefined }),
      linksTo: () => [],
      summary: () => undefined,
      density: () => [],
      countMatches: () => 0,
      facetCounts: () => new FacetTally().result(0, true),
      changes: () => 0,
      entryChanges: () => ({ changes: [], next: undefined }),
      latest: () => ({ changes: [], next: undefined }),
      first: () => undefined,
      changePoints: () => [],
      index: () => [],
      find: () => [],
      list: () => TimelineList.of(new Map()),
      loadList: () => Promise.resolve(),
      newest: () => [],
      count: () => 0,
    },
  };
}

/** All projections, of which that of the countries has this state and the others are live. */
export function stubProjections(state: MountedProjection['state']): AppDependencies['projections'] {
  const live = definitions.map(({ name }) => [name, stubProjection('live', name)]);
  return { ...Object.fromEntries(live), country: stubProjection(state) } as AppDependencies['projections'];
}

/** What a router of a test needs that gets no request. */
export function idleRouterContext(): ConstructorParameters<typeof Router>[0] {
  const { access, stopping } = stubDependencies();
  const authenticate = async () => access.withoutSecret();
  const openReads = new OpenReads(access, stopping);
  return { publicUrl: undefined, authenticate, openReads, quotas: unlimitedQuotas() };
}

function unlimitedQuotas(): ClientQuotas {
  const bodies = new BodyBudget(Number.POSITIVE_INFINITY, SERVER_BUSY);
  return new ClientQuotas({ limits: UNLIMITED, bodies, monotonicMs: () => 0, isPublished: false });
}

/** Returns parts that work without a log, for tests to replace some of them. */
export function stubDependencies(): AppDependencies {
  const store = new InMemoryEventStore(() => new Date());
  return {
    recorder: createRecorder(store),
    store,
    connectivity: ALWAYS_CONNECTED,
    projections: stubProjections('live'),
    agreementChains: agreements,
    topicConcepts: concepts,
    definitions,
    tree: idleTree(store),
    removals: NO_REMOVALS,
    webhooks: idleWebhooks(store),
    redactions: idleRedactions(store),
    inbox: new SqliteInboxStore(':memory:'),
    rebuilds: { start: () => false, last: () => undefined, cancel: () => false },
    access: openAccess(),
    audit: IDLE_AUDIT_LOG,
    clock: () => new Date(),
    stopping: new AbortController().signal,
    signal: () => {},
  };
}

/**
 * Returns a function that serves the API with some of its parts replaced, until the test ends; with the signals and the
 * server's side of the connections.
 */
export function stubServer() {
  const signals: HttpSignal[] = [];
  const sockets: Socket[] = [];
  let close = (): void => {};
  afterEach(() => {
    close();
    signals.length = 0;
    sockets.length = 0;
  });
  const serve = async (parts: Partial<AppDependencies> = {}): Promise<string> => {
    const app = createApp({ ...stubDependencies(), signal: (signal) => signals.push(signal), ...parts });
    const server = new HttpServer(app).server.listen(0, '127.0.0.1');
    server.on('connection', (socket) => sockets.push(socket));
    close = () => server.close();
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  return { serve, signals, sockets };
}
