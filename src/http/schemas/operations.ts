import { z } from 'zod';

/** The answers that operators use, and those about the API itself. */

export const health = z.object({ status: z.literal('alive') }).meta({ id: 'Health' });

const retryInMs = z
  .number()
  .nullable()
  .meta({ description: 'Milliseconds until a stopped projection tries again; null if it is not stopped.' });

const readiness = {
  log: z.object({
    state: z.enum(['connected', 'unavailable']),
    unavailableSince: z.string().nullable(),
    reason: z.string().exactOptional().meta({ description: 'Why it is not reached.' }),
  }),
  warnings: z.array(z.string()).meta({ description: 'Records whose events were removed on EventStoreDB.' }),
  clock: z.object({
    state: z.enum(['in-order', 'behind-log', 'jumped-ahead']),
    ms: z.number().meta({ description: 'How far the clock is behind the log, or how far it jumped.' }),
  }),
  projections: z.array(
    z.object({ name: z.string(), state: z.string(), position: z.string().nullable(), retryInMs }),
  ),
};

export const readinessAnswer = z
  .object({ status: z.literal('ready'), ...readiness })
  .meta({ id: 'Readiness' });

const stop = z.object({ event: z.string().nullable(), reason: z.string() }).nullable();

export const rebuildAnswer = z
  .object({
    projections: z.array(z.string()),
    state: z.enum(['waiting', 'running', 'activated', 'failed', 'cancelled']),
    startedAt: z.string(),
    endedAt: z.string().nullable(),
    events: z.int(),
    total: z.int().nullable(),
    eventsPerSecond: z.number(),
    stoppedBy: stop,
  })
  .meta({ id: 'Rebuild' });

export const projectionAnswer = z
  .object({
    name: z.string(),
    version: z.int(),
    serves: z.string().nullable(),
    state: z.enum(['building', 'catching-up', 'live', 'stopped']),
    healthy: z.boolean(),
    alive: z.boolean(),
    events: z.int(),
    position: z.string().nullable(),
    instant: z.string().nullable(),
    lineage: z.string().nullable(),
    lag: z.object({ events: z.int().nullable(), ms: z.number().nullable() }),
    eventsPerSecond: z.number(),
    stoppedBy: stop,
    retryInMs,
    rebuild: rebuildAnswer.nullable(),
  })
  .meta({ id: 'Projection' });

export const projectionList = z
  .object({ projections: z.array(projectionAnswer) })
  .meta({ id: 'ProjectionList' });

const hash = z.string().meta({ description: 'SHA-256, base 64.' });

export const inclusionAnswer = z
  .object({
    event: z.string(),
    index: z.int(),
    size: z.int(),
    leafHash: hash,
    root: hash,
    hashes: z.array(hash),
  })
  .meta({ id: 'InclusionProof' });

export const consistencyAnswer = z
  .object({ from: z.int(), to: z.int(), fromRoot: hash, toRoot: hash, hashes: z.array(hash) })
  .meta({ id: 'ConsistencyProof' });

export const home = z
  .object({ name: z.string(), links: z.record(z.string(), z.string()) })
  .meta({ id: 'Home', description: 'URI templates (RFC 6570) of all resources.' });

export const problemType = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    cause: z.string(),
    fix: z.string(),
    documentation: z.string(),
  })
  .meta({ id: 'ProblemType' });
