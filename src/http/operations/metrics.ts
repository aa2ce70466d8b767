import {
  type MetricFamily,
  OPEN_METRICS_TYPE,
  openMetricsText,
  stateSamples,
} from '../../observability/open-metrics.ts';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import { buildId } from '../../web/shell/assets.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Response } from '../protocol/handler.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendFile } from '../protocol/response.ts';
import { projectionStateOf } from './health.ts';
import { lagOf } from './projections.ts';

/** `GET /metrics`: what monitoring reads, as OpenMetrics text. */
export async function showMetrics({ metrics }: AppContext, res: Response): Promise<void> {
  const text = openMetricsText(await metrics.read());
  sendFile(res, OPEN_METRICS_TYPE, Buffer.from(text), NO_STORE);
}

/** Returns the metrics of the log and its tree. */
export async function logMetrics({
  store,
  connectivity,
  tree,
  bodyBudget,
}: AppContext): Promise<readonly MetricFamily[]> {
  const events = connectivity.isConnected ? await store.countAfter().catch(() => undefined) : undefined;
  return [
    {
      name: 'chancery_log_connected',
      type: 'gauge',
      help: '1 if the log answers, which the embedded log always does.',
      samples: [{ value: connectivity.isConnected ? 1 : 0 }],
    },
    {
      name: 'chancery_log_events',
      type: 'gauge',
      help: 'Events of the log. Absent if the store cannot count them.',
      samples: events === undefined ? [] : [{ value: events }],
    },
    {
      name: 'chancery_tree_events',
      type: 'gauge',
      help: 'Events in the Merkle tree.',
      samples: [{ value: tree.size }],
    },
    {
      name: 'chancery_body_memory_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory of request bodies that are being received or appended, or reserved for them.',
      samples: [{ value: bodyBudget.bytes }],
    },
  ];
}

const PROJECTION_STATES = ['building', 'catching-up', 'live', 'stopped', 'silent'];
const REBUILD_STATES = ['waiting', 'running', 'activated', 'failed', 'cancelled'];

/** Returns the metrics of the projections and of their latest rebuilds. */
export async function projectionMetrics(context: AppContext): Promise<readonly MetricFamily[]> {
  const all = Object.values(context.projections);
  const lags = await Promise.all(all.map((projection) => lagOf(context, projection)));
  const lagSamples = (member: 'events' | 'ms', divisor: number) =>
    all.flatMap(({ name }, index) => {
      const lag = lags[index]?.[member] ?? null;
      return lag === null ? [] : [{ labels: { projection: name }, value: lag / divisor }];
    });
  return [
    {
      name: 'chancery_projection_events',
      type: 'gauge',
      help: 'Events of the log that the rows of the projection contain.',
      samples: all.map(({ name, reader }) => {
        return { labels: { projection: name }, value: reader?.checkpoint()?.ordinal ?? 0 };
      }),
    },
    {
      name: 'chancery_projection_lag_events',
      type: 'gauge',
      help: 'Events of the log that the rows do not contain yet. Absent if unknown.',
      samples: lagSamples('events', 1),
    },
    {
      name: 'chancery_projection_lag_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: 'Time since the first event was recorded that the rows do not contain yet. Absent if unknown.',
      samples: lagSamples('ms', 1_000),
    },
    {
      name: 'chancery_projection_state',
      type: 'stateset',
      help: 'What the projection is doing; silent if the heartbeat of its projector is overdue.',
      samples: all.flatMap((projection) =>
        stateSamples('chancery_projection_state', PROJECTION_STATES, projectionStateOf(projection), {
          projection: projection.name,
        }),
      ),
    },
    ...rebuildMetrics(context, all),
  ];
}

function rebuildMetrics(
  { rebuilds }: AppContext,
  projections: readonly MountedProjection[],
): readonly MetricFamily[] {
  const known = projections.flatMap(({ name }) => {
    const rebuild = rebuilds.last(name);
    return rebuild === undefined ? [] : [{ labels: { projection: name }, rebuild }];
  });
  return [
    {
      name: 'chancery_rebuild_state',
      type: 'stateset',
      help: 'The latest rebuild of the projection since the process started. Absent if there was none.',
      samples: known.flatMap(({ labels, rebuild }) =>
        stateSamples('chancery_rebuild_state', REBUILD_STATES, rebuild.state, labels),
      ),
    },
    {
      name: 'chancery_rebuild_events',
      type: 'gauge',
      help: 'Events that this rebuild has projected.',
      samples: known.map(({ labels, rebuild }) => ({ labels, value: rebuild.events })),
    },
  ];
}

/** Returns the metrics of the process, under the names that monitoring expects of any program. */
export function processMetrics(): readonly MetricFamily[] {
  const { user, system } = process.cpuUsage();
  return [
    {
      name: 'chancery_build',
      type: 'info',
      help: 'The build of the program: the same sources have the same id.',
      samples: [{ suffix: '_info', labels: { build: buildId() }, value: 1 }],
    },
    {
      name: 'process_cpu_seconds',
      type: 'counter',
      unit: 'seconds',
      help: 'Processor time of all threads.',
      samples: [{ suffix: '_total', value: (user + system) / 1_000_000 }],
    },
    {
      name: 'process_resident_memory_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory of the process.',
      samples: [{ value: process.memoryUsage.rss() }],
    },
    {
      name: 'process_start_time_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: 'When the process started, in seconds since 1970.',
      samples: [{ value: Math.round(performance.timeOrigin) / 1_000 }],
    },
    {
      name: 'chancery_event_loop_active_seconds',
      type: 'counter',
      unit: 'seconds',
      help: 'Time in which the main thread was busy. At a rate near 1, requests wait.',
      samples: [{ suffix: '_total', value: performance.eventLoopUtilization().active / 1_000 }],
    },
  ];
}
