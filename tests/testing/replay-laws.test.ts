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
import type { LawEngine } from '../../src/testing/laws/law-run.ts';
import { ENGINE, lawsMatcher } from '../../src/testing/laws/replay-laws-matcher.ts';
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

/** What the matcher says of a projection that is not as it should be. */
async function complaint(
  definition: TimelineDefinition,
  engine: LawEngine = ENGINE,
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
  throw new Error('No law was found broken.');
}

describe('The laws of replay', () => {
  for (const definition of projections) {
    for (const store of ['memory', 'sqlite'] as const) {
      test(`are kept by the ${definition.name} timelines in ${store}`, async () => {
        await expect(definition).toObeyReplayLaws(history, { store, runs: 5 });
      });
    }
  }

  test('are kept on a history from a file, in its exported form or as it was sent', async () => {
    const sample = await loadHistory('src/sample/rare-earths-2025.ndjson');
    await expect(countryTimeline).toObeyReplayLaws(sample, { runs: 3 });
  });

  test('are kept by a projection with items, which may vanish', async () => {
    const topics = defineTimeline({
      ...countryTimeline,
      name: 'topic-of-country',
      itemsOf: ({ data }) => ('topics' in data ? (data.topics ?? []) : []),
      partitionBy: (record, topic: string) => new Map([[topic, { topic, status: record.status }]]),
    });
    await expect(topics).toObeyReplayLaws([...history, eventCorrected(mou, { topics: [] })], { runs: 5 });
  });

  test('are said to be kept where a projection was expected to break one', async () => {
    const expectation = expect(countryTimeline).not.toObeyReplayLaws(history, { runs: 1 });
    await expect(expectation).rejects.toThrow('Expected country to break a law of replay, and it keeps them');
  });

  test('are asked of projections and of histories with events in them', async () => {
    await expect(expect({}).toObeyReplayLaws(history)).rejects.toThrow('is asked of a projection');
    await expect(expect(countryTimeline).toObeyReplayLaws([])).rejects.toThrow('with events in it');
    await expect(expect(countryTimeline).toObeyReplayLaws([5 as never])).rejects.toThrow(
      'An event is an object, not 5.',
    );
    const elsewhere = { store: 'postgres' as 'sqlite' };
    await expect(expect(countryTimeline).toObeyReplayLaws(history, elsewhere)).rejects.toThrow(
      'There is no store postgres for a replay',
    );
  });
});

describe('A projection that depends on more than the history is found out, such as one that', () => {
  let calls = 0;

  test.each<[what: string, definition: TimelineDefinition]>([
    ['looks at the clock', country({ entry: (record) => ({ ...entry(record), at: Date.now() }) })],
    ['makes dates of the clock', country({ entry: (record) => ({ ...entry(record), at: new Date() }) })],
    ['throws dice', country({ entry: (record) => ({ ...entry(record), dice: Math.random() }) })],
    ['counts its calls', country({ partitionBy: () => new Map([['all', { call: ++calls }]]) })],
  ])('%s', async (_, definition) => {
    const text = await complaint(definition);
    expect(text).toContain('The projection country breaks a law of replay.\n  deterministic:');
    expect(text).toContain('The smallest history that shows it, 1 of 9 events (seed 42):');
  });

  test('remembers what it has seen, once', async () => {
    const seen = new Set<string>();
    const isNew = (id: string): boolean => seen.size < seen.add(id).size;
    const text = await complaint(
      country({ partitionBy: (record) => new Map([[isNew(record.event.id) ? 'new' : 'known', {}]]) }),
    );
    expect(text).toContain('  deterministic:');
    expect(text).toContain('9 of 9 events');
  });

  test('and the message tells the smallest history, and what comes out otherwise', async () => {
    const fussy = country({
      entry: (record) =>
        record.type === 'MouAmended' ? { ...entry(record), seenAt: Date.now() } : entry(record),
    });
    const text = await complaint(fussy);
    expect(text.split('\n').map((line) => line.replace(/\d{13}/g, '<now>'))).toEqual([
      'The projection country breaks a law of replay.',
      '  deterministic: the same history gives the same timelines and states, whenever and however often the projection is asked',
      '',
      'The smallest history that shows it, 2 of 9 events (seed 42):',
      '  1  MouSigned  mou-ussm-fwo-2025',
      '  2  MouAmended  mou-ussm-fwo-2025',
      '',
      'In the timeline PK:',
      expect.stringContaining('  2025-11-01  Memorandum of understanding amended: '),
      '    seenAt: <now> → <now>',
    ]);
  });

  test('a projection that cannot take an event is told with the event', async () => {
    const fussy = country({
      entry: (record) => {
        if (record.status === 'retracted') throw new Error('no retractions, please');
        return entry(record);
      },
    });
    const text = await complaint(fussy);
    expect(text).toContain('taking: a projection takes every event');
    expect(text).toContain('3 of 9 events');
    expect(text).toMatch(/The projection country cannot take event .*: Error: no retractions, please/);
  });
});

type Signings = { readonly signed: number; readonly more?: unknown };

/** Counts what was signed, and as its handler says. */
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
      MouTerminated: ignored,
      ShipmentAnnounced: ignored,
      ShipmentDispatched: ignored,
      ShipmentArrived: ignored,
      ShipmentReturned: ignored,
      ShipmentCancelled: ignored,
    },
  }) as TimelineDefinition;
}

describe('A projection whose handlers are not pure is found out, such as one whose handlers', () => {
  let calls = 0;
  const shared = { signed: 0 };
  const marked: { signed: number; more?: unknown } = { signed: 0 };

  test.each<[what: string, definition: TimelineDefinition, difference: RegExp]>([
    [
      'look at the clock',
      signings((state) => ({ ...state, more: Date.now() })),
      /In the state mou-ussm-fwo-2025:\n- \{"signed":0,"more":\d+\}\n\+ \{"signed":0,"more":\d+\}/,
    ],
    [
      'throw dice',
      signings((state) => ({ ...state, more: Math.random() })),
      /In the state mou-ussm-fwo-2025:\n- .*"more":0\.\d+.*\n\+ .*"more":0\.\d+/,
    ],
    [
      'count their calls',
      signings((state) => ({ ...state, more: ++calls })),
      /In the state mou-ussm-fwo-2025:\n- \{"signed":0,"more":(\d+)\}\n\+ \{"signed":0,"more":(?!\1\D)\d+\}/,
    ],
    [
      'add to an initial state that is shared',
      signings(
        (state) => Object.assign(state, { signed: state.signed + 1 }),
        () => shared,
      ),
      /In the state mou-ussm-fwo-2025:\n- \{"signed":(\d+)\}\n\+ \{"signed":(?!\1\D)\d+\}/,
    ],
    [
      'mark an initial state that is shared',
      signings(
        (state) => Object.assign(state, { more: 'signed' }),
        () => marked,
      ),
      /In the state mou-ussm-fwo-2025, before anything has happened:\n- \{"signed":0\}\n\+ \{"signed":0,"more":"signed"\}/,
    ],
  ])('%s', async (_, definition, difference) => {
    const text = await complaint(definition);
    expect(text).toContain('The projection signings breaks a law of replay.\n  deterministic: ');
    expect(text).toMatch(difference);
  });

  test('throw', async () => {
    const text = await complaint(
      signings(() => {
        throw new Error('no signings, please');
      }),
    );
    expect(text).toContain('  taking: a projection takes every event');
    expect(text).toContain('1 of 9 events');
    expect(text).toContain(
      'The projection signings has no state for mou-ussm-fwo-2025: Error: no signings, please',
    );
  });

  test('but not one whose handlers are', async () => {
    const counted = signings((state) => ({ signed: state.signed + 1 }));
    await expect(counted).toObeyReplayLaws(history, { runs: 5 });
  });
});

/** A writer that hands batches on otherwise. */
function altered(writer: TimelineWriter, alter: (batch: Batch) => Batch): TimelineWriter {
  return {
    checkpoint: () => writer.checkpoint(),
    ordinalAt: (position) => writer.ordinalAt(position),
    commit: (batch) => writer.commit(alter(batch)),
    close: () => writer.close(),
  };
}

function forgetful(writer: TimelineWriter): TimelineWriter {
  return { ...altered(writer, (batch) => batch), checkpoint: () => undefined };
}

/** Projects as it should, but for what it does to each batch. */
function altering(alter: (batch: Batch) => Batch): LawEngine['project'] {
  return (log, list, pageSize) =>
    projectToEnd(
      log,
      list.map((each) => ({ ...each, writer: altered(each.writer, alter) })),
      pageSize,
    );
}

describe('An engine that breaks a law is found out, such as one that', () => {
  const definition = countryTimeline as TimelineDefinition;

  test('loses what stands last in a batch', async () => {
    const alter = (batch: Batch): Batch =>
      batch.versions.length > 1 ? { ...batch, versions: batch.versions.slice(0, -1) } : batch;
    const text = await complaint(definition, { ...ENGINE, project: altering(alter) });
    expect(text).toContain('  batches: ');
    expect(text).toContain('With 1 at once.');
  });

  test('skips an event when it goes on', async () => {
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
    const text = await complaint(definition, { ...ENGINE, project });
    expect(text).toContain('  resuming: ');
    expect(text).toContain('2 of 9 events');
  });

  test('comes but once', async () => {
    const seen = new WeakSet<TimelineWriter>();
    const project: LawEngine['project'] = async (log, list, pageSize) => {
      const writer = list[0]?.writer;
      if (writer !== undefined && seen.has(writer)) return;
      if (writer !== undefined) seen.add(writer);
      await projectToEnd(log, list, pageSize);
    };
    const text = await complaint(definition, { ...ENGINE, project }, 'sqlite');
    expect(text).toContain('  growing: ');
    expect(text).toContain('After 2 events.');
    expect(text).toContain('2 of 9 events');
  });

  test('builds upon the old rows', async () => {
    const rebuild: LawEngine['rebuild'] = async (stores, old) => stores.openRows(old);
    const text = await complaint(definition, { ...ENGINE, rebuild });
    expect(text).toContain('  rebuilding: ');
    expect(text).toContain('planted by no event');
    expect(text).toContain('1 of 9 events');
  });

  test('takes events again', async () => {
    const project: LawEngine['project'] = (log, list, pageSize) => {
      const [first, ...others] = list;
      if (first === undefined || others.length === 0) return projectToEnd(log, list, pageSize);
      return projectToEnd(log, [{ ...first, writer: forgetful(first.writer) }, ...others], pageSize);
    };
    const text = await complaint(definition, { ...ENGINE, project });
    expect(text).toContain('  redelivery: ');
  });

  test('lets what was corrected begin with the batch', async () => {
    const alter = (batch: Batch): Batch => ({
      ...batch,
      versions: batch.versions.map((version) => ({ ...version, from: batch.checkpoint })),
    });
    const text = await complaint(definition, { ...ENGINE, project: altering(alter) });
    expect(text).toContain('  the past: ');
    expect(text).toContain('As of event 1.');
  });

  test('writes the rows of the next version over those of the one before', async () => {
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
    const text = await complaint(definition, { ...ENGINE, project });
    expect(text).toContain('  versions: ');
  });
});
