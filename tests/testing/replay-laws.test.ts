import { describe, expect, test } from '@jest/globals';
import { countryTimeline } from '../../projections/country.ts';
import { projections } from '../../projections/index.ts';
import { defineProjection, defineTimeline, ignored, type TimelineDefinition } from '../../src/index.ts';
import type { Projection } from '../../src/projector/projector.ts';
import type { Batch, TimelineWriter } from '../../src/projector/timeline-store.ts';
import {
  briefingHeld,
  eventCorrected,
  eventRetracted,
  type LawOptions,
  linkWithdrawn,
  loadHistory,
  mouAmended,
  mouSigned,
  recordLinked,
  replayMatchers,
  shipmentAnnounced,
  shipmentDispatched,
} from '../../src/testing/index.ts';
import { DEFAULT_ENGINE, type LawEngine } from '../../src/testing/laws/law-run.ts';
import { lawsMatcher } from '../../src/testing/matchers/replay-laws-matcher.ts';
import { projectToEnd } from '../../src/testing/replay/project-to-end.ts';

expect.extend(replayMatchers);

const mou = mouSigned({ stream: 'mou-ussm-fwo-2025' });
const amendment = mouAmended({ stream: mou.stream });
const shipment = shipmentAnnounced({ stream: 'shipment-1' });
const link = recordLinked(shipment, mou.stream);

const history = [
  briefingHeld(),
  mou,
  shipment,
  amendment,
  eventCorrected(mou, { topics: ['rare-earths'], occurred: '2025-09-09' }),
  link,
  shipmentDispatched({ stream: shipment.stream }),
  linkWithdrawn(link),
  eventRetracted(amendment),
];

function country(changes: Partial<TimelineDefinition>): TimelineDefinition {
  return defineTimeline({ ...countryTimeline, ...changes }) as TimelineDefinition;
}

const entry = (record: Parameters<TimelineDefinition['entry']>[0]) =>
  countryTimeline.entry(record, undefined);

/** Returns the failure message of the matcher, which must fail. */
async function failureMessage(
  definition: TimelineDefinition,
  engine: LawEngine = DEFAULT_ENGINE,
  store: LawOptions['store'] = 'memory',
): Promise<string> {
  expect.extend({ toObeyReplayLaws: lawsMatcher(engine) });
  try {
    await expect(definition).toObeyReplayLaws(history, { seed: 42, runs: 5, store });
  } catch (error) {
    return (error as Error).message;
  } finally {
    expect.extend(replayMatchers);
  }
  throw new Error('The matcher passed.');
}

describe('toObeyReplayLaws', () => {
  for (const definition of projections) {
    for (const store of ['memory', 'sqlite'] as const) {
      test(`passes for the ${definition.name} timelines in ${store}`, async () => {
        await expect(definition).toObeyReplayLaws(history, { store, runs: 5 });
      });
    }
  }

  test('passes for the sample history from its file', async () => {
    const sample = await loadHistory('src/sample/rare-earths-2025.ndjson');
    await expect(countryTimeline).toObeyReplayLaws(sample, { runs: 3 });
  });

  test('passes for a projection whose items disappear', async () => {
    const topics = defineTimeline({
      ...countryTimeline,
      name: 'topic-of-country',
      itemsOf: ({ data }) => ('topics' in data ? (data.topics ?? []) : []),
      partitionBy: (record, topic: string) => new Map([[topic, { topic, status: record.status }]]),
    });
    await expect(topics).toObeyReplayLaws([...history, eventCorrected(mou, { topics: [] })], { runs: 5 });
  });

  test('fails with .not for a projection that obeys the laws', async () => {
    const expectation = expect(countryTimeline).not.toObeyReplayLaws(history, { runs: 1 });
    await expect(expectation).rejects.toThrow('Expected country to break a law of replay, but it obeys all');
  });

  test('rejects anything but a projection, a history with events and a known store', async () => {
    await expect(expect({}).toObeyReplayLaws(history)).rejects.toThrow('expects a projection');
    await expect(expect(countryTimeline).toObeyReplayLaws([])).rejects.toThrow('with at least one event');
    await expect(expect(countryTimeline).toObeyReplayLaws([5 as never])).rejects.toThrow(
      'Expected an event object, but received 5.',
    );
    const unknown = { store: 'postgres' as 'sqlite' };
    await expect(expect(countryTimeline).toObeyReplayLaws(history, unknown)).rejects.toThrow(
      'Unknown store postgres.',
    );
  });
});

describe('toObeyReplayLaws fails for a projection that', () => {
  let calls = 0;

  test.each<[fault: string, definition: TimelineDefinition]>([
    ['reads the clock', country({ entry: (record) => ({ ...entry(record), at: Date.now() }) })],
    ['creates dates from the clock', country({ entry: (record) => ({ ...entry(record), at: new Date() }) })],
    ['uses random numbers', country({ entry: (record) => ({ ...entry(record), random: Math.random() }) })],
    ['counts its calls', country({ partitionBy: () => new Map([['all', { call: ++calls }]]) })],
  ])('%s', async (_, definition) => {
    const text = await failureMessage(definition);
    expect(text).toContain('The projection country breaks a law of replay.\n  deterministic:');
    expect(text).toContain('The smallest history that breaks it has 1 of 9 events (seed 42):');
  });

  test('remembers which events it has seen', async () => {
    const seen = new Set<string>();
    const isNew = (id: string): boolean => seen.size < seen.add(id).size;
    const text = await failureMessage(
      country({ partitionBy: (record) => new Map([[isNew(record.event.id) ? 'new' : 'known', {}]]) }),
    );
    expect(text).toContain('  deterministic:');
    expect(text).toContain('9 of 9 events');
  });

  test('reads the clock for one type of event, and shows the smallest history and the difference', async () => {
    const definition = country({
      entry: (record) =>
        record.type === 'MouAmended' ? { ...entry(record), seenAt: Date.now() } : entry(record),
    });
    const text = await failureMessage(definition);
    expect(text.split('\n').map((line) => line.replace(/\d{13}/g, '<now>'))).toEqual([
      'The projection country breaks a law of replay.',
      '  deterministic: the same history always gives the same timelines and states',
      '',
      'The smallest history that breaks it has 2 of 9 events (seed 42):',
      '  1  MouSigned  mou-ussm-fwo-2025',
      '  2  MouAmended  mou-ussm-fwo-2025',
      '',
      'In the timeline PK:',
      expect.stringContaining('  2025-11-01  Memorandum of understanding amended: '),
      '    seenAt: expected <now>, received <now>',
    ]);
  });

  test('throws, and shows the event', async () => {
    const definition = country({
      entry: (record) => {
        if (record.status === 'retracted') throw new Error('no retractions, please');
        return entry(record);
      },
    });
    const text = await failureMessage(definition);
    expect(text).toContain('total: a projection accepts every event');
    expect(text).toContain('3 of 9 events');
    expect(text).toMatch(/The projection country stopped at event .*: Error: no retractions, please/);
  });
});

type Signings = { readonly signed: number; readonly more?: unknown };

/** Returns a projection with one handler, whose initial state counts no signings. */
function signings(
  handler: (state: Signings) => Signings,
  initial = (): Signings => ({ signed: 0 }),
): TimelineDefinition {
  return defineProjection({
    name: 'signings',
    version: 1,
    keysOf: ({ event }) => [event.stream],
    initial,
    when: {
      MouSigned: handler,
      BriefingHeld: ignored,
      MouAmended: ignored,
      MouEnteredIntoForce: ignored,
      MouRenewed: ignored,
      MouTerminated: ignored,
      MouParticipationChanged: ignored,
      ShipmentAnnounced: ignored,
      ShipmentDispatched: ignored,
      ShipmentArrived: ignored,
      ShipmentReturned: ignored,
      ShipmentCancelled: ignored,
      ShipmentIntercepted: ignored,
      MeetingHeld: ignored,
      MeasureImposed: ignored,
      MeasureEased: ignored,
      MeasureLifted: ignored,
      TopicDefined: ignored,
    },
  }) as TimelineDefinition;
}

describe('toObeyReplayLaws fails for a projection whose handlers', () => {
  let calls = 0;
  const shared = { signed: 0 };
  const marked: { signed: number; more?: unknown } = { signed: 0 };

  test.each<[fault: string, definition: TimelineDefinition, difference: RegExp]>([
    [
      'read the clock',
      signings((state) => ({ ...state, more: Date.now() })),
      /In the state mou-ussm-fwo-2025:\n- \{"signed":0,"more":\d+\}\n\+ \{"signed":0,"more":\d+\}/,
    ],
    [
      'use random numbers',
      signings((state) => ({ ...state, more: Math.random() })),
      /In the state mou-ussm-fwo-2025:\n- .*"more":0\.\d+.*\n\+ .*"more":0\.\d+/,
    ],
    [
      'count their calls',
      signings((state) => ({ ...state, more: ++calls })),
      /In the state mou-ussm-fwo-2025:\n- \{"signed":0,"more":(\d+)\}\n\+ \{"signed":0,"more":(?!\1\D)\d+\}/,
    ],
    [
      'modify a field of a shared initial state',
      signings(
        (state) => Object.assign(state, { signed: state.signed + 1 }),
        () => shared,
      ),
      /In the state mou-ussm-fwo-2025:\n- \{"signed":(\d+)\}\n\+ \{"signed":(?!\1\D)\d+\}/,
    ],
    [
      'add a field to a shared initial state',
      signings(
        (state) => Object.assign(state, { more: 'signed' }),
        () => marked,
      ),
      /In the initial state mou-ussm-fwo-2025:\n- \{"signed":0\}\n\+ \{"signed":0,"more":"signed"\}/,
    ],
  ])('%s', async (_, definition, difference) => {
    const text = await failureMessage(definition);
    expect(text).toContain('The projection signings breaks a law of replay.\n  deterministic: ');
    expect(text).toMatch(difference);
  });

  test('throw', async () => {
    const text = await failureMessage(
      signings(() => {
        throw new Error('no signings, please');
      }),
    );
    expect(text).toContain('  total: a projection accepts every event');
    expect(text).toContain('1 of 9 events');
    expect(text).toContain(
      'The projection signings has no state for mou-ussm-fwo-2025: Error: no signings, please',
    );
  });
});

test('toObeyReplayLaws passes for a projection whose handlers are pure', async () => {
  const definition = signings((state) => ({ signed: state.signed + 1 }));
  await expect(definition).toObeyReplayLaws(history, { runs: 5 });
});

/** Returns a writer that alters each batch before it commits it. */
function altered(writer: TimelineWriter, alter: (batch: Batch) => Batch): TimelineWriter {
  return {
    checkpoint: () => writer.checkpoint(),
    ordinalAt: (position) => writer.ordinalAt(position),
    linksTo: (target) => writer.linksTo(target),
    commit: (batch) => writer.commit(alter(batch)),
  };
}

/** Returns a writer that pretends to have no checkpoint. */
function forgetful(writer: TimelineWriter): TimelineWriter {
  return { ...altered(writer, (batch) => batch), checkpoint: () => undefined };
}

/** Returns a `project` that alters each batch. */
function altering(alter: (batch: Batch) => Batch): LawEngine['project'] {
  return (log, list, pageSize) =>
    projectToEnd(
      log,
      list.map((each) => ({ ...each, writer: altered(each.writer, alter) })),
      pageSize,
    );
}

describe('toObeyReplayLaws fails for an engine that', () => {
  const definition = countryTimeline as TimelineDefinition;

  test('loses the last version of a batch', async () => {
    const alter = (batch: Batch): Batch =>
      batch.versions.length > 1 ? { ...batch, versions: batch.versions.slice(0, -1) } : batch;
    const text = await failureMessage(definition, { ...DEFAULT_ENGINE, project: altering(alter) });
    expect(text).toContain('  batches: ');
    expect(text).toContain('With batches of 1.');
  });

  test('skips an event when it resumes', async () => {
    const skipping = (writer: TimelineWriter): TimelineWriter => {
      let isFirst = writer.checkpoint() !== undefined;
      return altered(writer, (batch) => {
        const versions = isFirst ? batch.versions.slice(1) : batch.versions;
        isFirst = false;
        return { ...batch, versions };
      });
    };
    const project: LawEngine['project'] = (log, list, pageSize) =>
      projectToEnd(
        log,
        list.map((each) => ({ ...each, writer: skipping(each.writer) })),
        pageSize,
      );
    const text = await failureMessage(definition, { ...DEFAULT_ENGINE, project });
    expect(text).toContain('  resuming: ');
    expect(text).toContain('2 of 9 events');
  });

  test('projects each store only once', async () => {
    const seen = new WeakSet<TimelineWriter>();
    const project: LawEngine['project'] = async (log, list, pageSize) => {
      const writer = list[0]?.writer;
      if (writer !== undefined && seen.has(writer)) return;
      if (writer !== undefined) seen.add(writer);
      await projectToEnd(log, list, pageSize);
    };
    const text = await failureMessage(definition, { ...DEFAULT_ENGINE, project }, 'sqlite');
    expect(text).toContain('  growing: ');
    expect(text).toContain('After 2 events.');
    expect(text).toContain('2 of 9 events');
  });

  test('keeps the old rows in a rebuild', async () => {
    const rebuild: LawEngine['rebuild'] = async (stores, old) => stores.openRows(old);
    const text = await failureMessage(definition, { ...DEFAULT_ENGINE, rebuild });
    expect(text).toContain('  rebuilding: ');
    expect(text).toContain('made by no event');
    expect(text).toContain('1 of 9 events');
  });

  test('projects redelivered events again', async () => {
    const project: LawEngine['project'] = (log, list, pageSize) => {
      const [first, ...others] = list;
      if (first === undefined || others.length === 0) return projectToEnd(log, list, pageSize);
      return projectToEnd(log, [{ ...first, writer: forgetful(first.writer) }, ...others], pageSize);
    };
    const text = await failureMessage(definition, { ...DEFAULT_ENGINE, project });
    expect(text).toContain('  redelivery: ');
  });

  test('makes corrections valid from the end of the batch', async () => {
    const alter = (batch: Batch): Batch => ({
      ...batch,
      versions: batch.versions.map((version) => ({ ...version, from: batch.checkpoint })),
    });
    const text = await failureMessage(definition, { ...DEFAULT_ENGINE, project: altering(alter) });
    expect(text).toContain('  as of: ');
    expect(text).toContain('As of event 1.');
  });

  test('overwrites the rows of the previous version', async () => {
    let old: Projection | undefined;
    const project: LawEngine['project'] = async (log, list, pageSize) => {
      if (list[0]?.definition.version === definition.version) [old] = list;
      else if (old !== undefined)
        await projectToEnd(log, [{ ...old, writer: forgetful(emptied(old.writer)) }]);
      await projectToEnd(log, list, pageSize);
    };
    const emptied = (writer: TimelineWriter): TimelineWriter =>
      altered(writer, (batch) => ({
        ...batch,
        versions: batch.versions.map((version) => ({
          ...version,
          from: batch.checkpoint,
          partitions: new Map(),
        })),
      }));
    const text = await failureMessage(definition, { ...DEFAULT_ENGINE, project });
    expect(text).toContain('  versions: ');
  });
});
