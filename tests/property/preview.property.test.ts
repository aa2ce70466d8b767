import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { projections } from '../../projections/index.ts';
import {
  createRecorder,
  type PreviewedEvent,
  type PreviewOutcome,
  type RecordOutcome,
} from '../../src/append/recorder.ts';
import type { RecordVersion } from '../../src/domain/record/record-version.ts';
import { affectedTimelines } from '../../src/http/forms/affected-timelines.ts';
import type { Ordinal } from '../../src/projector/timeline-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';
import { projectToEnd } from '../../src/testing/replay/project-to-end.ts';
import type { AffectedTimelines } from '../../src/web/forms/affected-timelines.ts';
import { generateEvents, type SentEvent } from '../bench/generate-events.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const numRuns = fuzzRounds(50);

/** Changes to an event before it is sent. Some make it invalid, and with it the later events that refer to it. */
const CHANGES: Readonly<Record<string, (event: SentEvent, previous: SentEvent | undefined) => object>> = {
  unchanged: (event) => event,
  'the previous event again': (event, previous) => previous ?? event,
  'with the id of the previous event': (event, previous) => ({ ...event, id: previous?.id ?? event.id }),
  'with an invalid date': (event) => ({ ...event, occurred: '2025-02-30' }),
  'without sources': (event) => ({ ...event, sources: [] }),
};

const histories = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  changes: fc.array(
    fc.oneof({ weight: 2, arbitrary: fc.constant('unchanged') }, fc.constantFrom(...Object.keys(CHANGES))),
    { minLength: 10, maxLength: 80 },
  ),
});

/** Returns the preview that an outcome implies, without the versions, which an outcome does not have. */
function expectedPreview(outcome: RecordOutcome): object {
  if (outcome.outcome !== 'recorded' && outcome.outcome !== 'repeated') return outcome;
  const { warnings } = outcome;
  const events = outcome.events.map(withoutPlace);
  return { outcome: 'accepted', events, warnings, isRepeat: outcome.outcome === 'repeated' };
}

function withoutPlace({ id, type, stream, revision, metadata, content }: PreviewedEvent): object {
  return { id, type, stream, revision, metadata, content };
}

function withoutVersions(preview: PreviewOutcome): object {
  if (preview.outcome !== 'accepted') return preview;
  const { versions: _versions, events, ...rest } = preview;
  return { ...rest, events: events.map(withoutPlace) };
}

/** Reads from the rows what the event with this ordinal added to the timelines. */
function addedBy(ordinal: number, stores: ReadonlyMap<string, InMemoryTimelineStore>): AffectedTimelines {
  const added = (name: string) => {
    const store = stores.get(name);
    const index = store?.index({ limit: 100_000, asOf: ordinal as Ordinal }) ?? [];
    return index.flatMap(({ key }) => {
      const rows = store?.versionsIn(key).filter(({ from }) => from === ordinal) ?? [];
      return rows.map((row) => ({ key, fields: JSON.parse(row.partitions.get(key) ?? '{}') }));
    });
  };
  const keys = (name: string) => added(name).map(({ key }) => key);
  return {
    countries: added('country').map(({ key, fields }) => ({ code: key, roles: fields.roles })),
    topics: keys('topic'),
    relations: keys('relation').map((key) => key.split('~') as [string, string]),
    actors: added('actor')
      .filter(({ fields }) => 'actor' in fields)
      .map(({ key, fields }) => ({ key, name: fields.actor.name, roles: fields.roles })),
    statements: keys('statements').filter((key) => key === '*').length,
    agreements: keys('agreements'),
  };
}

function sorted(affected: AffectedTimelines): AffectedTimelines {
  const byJson = <Item>(items: readonly Item[]) =>
    items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const { countries, topics, relations, actors, statements, agreements } = affected;
  return {
    countries: byJson(countries),
    topics: byJson(topics),
    relations: byJson(relations),
    actors: byJson(actors),
    statements,
    agreements: byJson(agreements),
  };
}

test('an append does what its preview says: same outcome, versions and timelines', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ seed, changes }) => {
      const log = new InMemoryEventStore(() => new Date('2026-01-01T00:00:00Z'));
      const recorder = createRecorder(log);
      const previewed: (RecordVersion | undefined)[] = [];
      let previous: SentEvent | undefined;
      for (const [at, event] of [...generateEvents(changes.length, seed)].entries()) {
        const sent = CHANGES[changes[at] ?? '']?.(event, previous) ?? event;
        previous = event;
        const preview = await recorder.preview(sent, { actor: 'desk' });
        const outcome = await recorder.record(sent, { actor: 'desk' });
        expect(withoutVersions(preview)).toEqual(expectedPreview(outcome));
        if (outcome.outcome === 'recorded' && preview.outcome === 'accepted')
          previewed.push(preview.versions[0]);
      }
      const compare = log.comparePositions.bind(log);
      const views = projections.map((definition) => ({
        definition,
        writer: new InMemoryTimelineStore(definition.name, compare),
      }));
      await projectToEnd(log, views);
      const stores = new Map(views.map(({ definition, writer }) => [definition.name as string, writer]));
      for (const [at, version] of previewed.entries()) {
        if (version === undefined) continue;
        expect(sorted(affectedTimelines(projections, version))).toEqual(sorted(addedBy(at + 1, stores)));
      }
    }),
    { numRuns },
  );
});
