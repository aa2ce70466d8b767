import type { MetricFamily } from '../../observability/open-metrics.ts';
import type { TimelineServices } from './timeline-routes.ts';

/** Returns the metrics of the cached pages and of the open streams of live updates. */
export function cacheMetrics({
  cache,
  connections,
}: Pick<TimelineServices, 'cache' | 'connections'>): readonly MetricFamily[] {
  return [
    {
      name: 'chancery_page_cache_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Memory of the cached pages of timelines.',
      samples: [{ value: cache.calculatedSize }],
    },
    {
      name: 'chancery_page_cache_pages',
      type: 'gauge',
      help: 'Cached pages of timelines.',
      samples: [{ value: cache.size }],
    },
    {
      name: 'chancery_live_connections',
      type: 'gauge',
      help: 'Open connections for live updates.',
      samples: [{ value: connections.count }],
    },
  ];
}
