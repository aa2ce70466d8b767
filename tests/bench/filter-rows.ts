import { type Bench, WARM } from './bench.ts';
import type { Build } from './builds.ts';
import type { BareRequest } from './http-connection.ts';
import type { Benchmark } from './measure.ts';
import { drive, serve, withServers } from './servers.ts';

const REQUESTS = 150;
const TIMELINE = '/countries/US?order=desc';
const STATEMENTS = '/statements?order=desc';
const AFTER_ALL_EVENTS_MS = Date.UTC(2100, 0, 1);
const DAY_MS = 86_400_000;

/** The first page of a filter on a long timeline, beside that of the timeline without a filter. */
const FILTERS: readonly (readonly [name: string, timeline: string, filter: string])[] = [
  ['type, nothing matches', TIMELINE, 'types=MeasureLifted'],
  ['type, rare', TIMELINE, 'types=MouTerminated'],
  ['role, nothing matches', TIMELINE, 'roles=interceptor'],
  ['role, rare', TIMELINE, 'roles=destination'],
  ['country, nothing matches', TIMELINE, 'countries=TV'],
  ['country, rare', TIMELINE, 'countries=NZ'],
  ['topic, nothing matches', TIMELINE, 'topics=never-mentioned'],
  ['topic, rare', TIMELINE, 'topics=hostages'],
  ['speech act, nothing matches', TIMELINE, 'speechActs=praise'],
  ['speech act, rare', TIMELINE, 'speechActs=refer-elsewhere'],
  ['speech act and country, rare', TIMELINE, 'speechActs=refer-elsewhere&countries=NZ'],
  ['speaker, nothing matches', STATEMENTS, 'speaker=nobody'],
  ['speaker, rare', STATEMENTS, 'speaker=ana%20lopez'],
  ['speech act of statements, nothing matches', STATEMENTS, 'speechAct=praise'],
];

/** Measures filters that find nothing or little. One request at a time, each for the first time. */
export function measureFilters(bench: Bench): Promise<void> {
  const start = async (build: Build) => serve(build, await bench.dataDir(build));
  return withServers(bench, start, async (serverOf, client) => {
    let requested = 0;
    // Another last day gives each request a URL of its own.
    const next = (path: string): BareRequest => {
      requested += 1;
      const day = new Date(AFTER_ALL_EVENTS_MS + requested * DAY_MS).toISOString().slice(0, 10);
      return { path: `${path}&to=${day}` };
    };
    const read = async (build: Build, path: string) => {
      const requests = Array.from({ length: bench.count(REQUESTS) }, () => next(path));
      const figures = await drive(client, serverOf(build), { requests, connections: 1, status: 200 });
      return { ms: 1000 / (figures['requests/s'] ?? 0), 'µs CPU': figures['µs CPU'] ?? 0 };
    };
    const benchmarks = FILTERS.map(
      ([name, timeline, filter]): Benchmark => ({
        name: `filter by ${name}`,
        measure: (build) => read(build, `${timeline}&${filter}`),
        baselines: [{ name: 'no filter', measure: () => read(bench.present, timeline) }],
        aims: { ms: '≤ 1.5, or 5 ms' },
      }),
    );
    await bench.run(benchmarks, WARM);
  });
}
