import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agreements } from '../projections/agreements.ts';
import { type ProjectionName, projections } from '../projections/index.ts';
import { createRecorder, type Recorder } from '../src/append/recorder.ts';
import { ALWAYS_CONNECTED } from '../src/event-store/connectivity.ts';
import type { EventStore } from '../src/event-store/event-store.ts';
import { createApp } from '../src/http/app.ts';
import { HTTP_LIMITS, type HttpLimits } from '../src/http/protocol/context.ts';
import type { Signal } from '../src/observability/signal.ts';
import type { Rebuilds } from '../src/projector/mounted-projection.ts';
import { ProjectionProgress } from '../src/projector/progress.ts';
import { Projector } from '../src/projector/projector.ts';
import { openSqliteEventStore } from '../src/sqlite/log/sqlite-event-store.ts';
import { SqliteTimelineReader } from '../src/sqlite/views/sqlite-timeline-reader.ts';
import { SqliteTimelineWriter } from '../src/sqlite/views/sqlite-timeline-writer.ts';

/** The whole program in one thread, on a data folder of its own, with a real server on a free port. */
export interface Harness {
  readonly url: string;
  readonly store: EventStore;
  readonly recorder: Recorder;
  readonly timelines: Readonly<Record<ProjectionName, ProjectionProgress>>;
  readonly signals: readonly Signal[];
  /** The server's ends of the connections. */
  readonly sockets: ReadonlySet<Socket>;
  /** Ends what would go on for ever, as a server does that stops. */
  stop(): void;
  close(): Promise<void>;
}

/** Rebuilds need threads: those are tested with the built program. */
const NO_REBUILDS: Rebuilds = { start: () => false, last: () => undefined, cancel: () => false };

export async function startHarness(
  clock: () => Date = () => new Date(),
  limits: Partial<HttpLimits> = {},
): Promise<Harness> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chancery-'));
  const signals: Signal[] = [];
  const store = openSqliteEventStore({ dataDir, clock, onAppended: () => {}, onFailure: () => {} });
  const recorder = createRecorder(store);
  const compare = store.comparePositions.bind(store);
  const mounted = projections.map((definition) => {
    const file = join(dataDir, `${definition.name}.db`);
    const writer = new SqliteTimelineWriter(file, compare);
    const { name, version } = definition;
    const reader = new SqliteTimelineReader(file, `${name}@${version}`, compare);
    const progress = new ProjectionProgress({
      name,
      version,
      comparePositions: compare,
      monotonicMs: () => performance.now(),
    });
    progress.serve(reader, 'kept');
    return { definition, writer, reader, progress };
  });
  const [stopping, projecting] = [new AbortController(), new AbortController()];
  const running = new Projector(store, mounted, (signal) => {
    for (const { progress } of mounted) progress.take(signal);
  }).run(projecting.signal);
  const timelines = Object.fromEntries(
    mounted.map(({ definition, progress }) => [definition.name, progress]),
  ) as unknown as Harness['timelines'];
  const app = createApp({
    store,
    recorder,
    connectivity: ALWAYS_CONNECTED,
    projections: timelines,
    agreementChains: agreements,
    definitions: projections,
    rebuilds: NO_REBUILDS,
    clock,
    actor: 'local',
    limits: { ...HTTP_LIMITS, ...limits },
    stopping: stopping.signal,
    signal: (signal) => signals.push(signal),
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    recorder,
    timelines,
    signals,
    sockets,
    stop: () => stopping.abort(),
    close: async () => {
      stopping.abort();
      server.close();
      server.closeAllConnections();
      projecting.abort();
      await running;
      for (const { writer, reader } of mounted) {
        writer.close();
        reader.close();
      }
      await store.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}
