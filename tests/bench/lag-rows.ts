import { takeTexts } from './append-rows.ts';
import type { Bench } from './bench.ts';
import type { Build } from './builds.ts';
import { generateOpeningEvents, generateTreaties } from './generate-events.ts';
import type { LagLoad, LagResult } from './lag-client.ts';
import { type Benchmark, type Figures, quantile } from './measure.ts';
import { type Peer, startPeer } from './peer.ts';
import { serve, untilProjected, withServers } from './servers.ts';

const PARTIES = 30;
const EVENTS = 500;
const INTERVAL_MS = 20;
/** Before the first one, the server has run little code, and the disk still writes the copy of the data folder. */
const ROUNDS = { measured: 5, warmUps: 1 };
/** Neither a seed of the log nor one of other appends. */
const SEED = 3;

const KINDS = [
  {
    name: 'an event',
    events: generateOpeningEvents(SEED),
    timeline: '/countries/US?order=desc&limit=1',
  },
  {
    name: `an agreement of ${PARTIES} parties`,
    events: generateTreaties(PARTIES, SEED),
    timeline: '/relations/CN/US?order=desc&limit=1',
  },
];

/** Measures the time from the acknowledgement of an append until a timeline shows it, at a steady rate. */
export function measureLag(bench: Bench): Promise<void> {
  const start = async (build: Build) => serve(build, await bench.copyOfDataDir(build), bench);
  return withServers(bench, start, async (serverOf) => {
    const client: Peer<LagLoad, LagResult> = startPeer('lag-client');
    const benchmarks = KINDS.map(
      ({ name, events, timeline }): Benchmark => ({
        name: `${name} visible after its append, ${1000 / INTERVAL_MS} a second`,
        measure: async (build) => {
          const server = serverOf(build);
          const texts = takeTexts(events, bench.count(EVENTS));
          const load = { url: server.url, events: texts, intervalMs: INTERVAL_MS, timeline };
          const result = await client.request(load);
          await untilProjected(server, texts.length);
          return figuresOf(result);
        },
        aims: { 'ms, p99': '≤ 20 ms' },
      }),
    );
    await bench.run(benchmarks, ROUNDS);
    await client.stop();
  });
}

function figuresOf({ visibleMs, readMs }: LagResult): Figures {
  return {
    'ms, p50': quantile(visibleMs, 0.5),
    'ms, p99': quantile(visibleMs, 0.99),
    'ms, p50 of a read that need not wait': quantile(readMs, 0.5),
    'ms, p99 of a read that need not wait': quantile(readMs, 0.99),
  };
}
