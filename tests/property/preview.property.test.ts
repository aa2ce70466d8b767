import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { projections } from '../../projections/index.ts';
import { createRecorder, type PreviewOutcome, type RecordOutcome } from '../../src/append/recorder.ts';
import type { RecordVersion } from '../../src/domain/record/record.ts';
import { affectedTimelines } from '../../src/http/forms/affected-timelines.ts';
import type { Ordinal } from '../../src/projector/timeline-store.ts';
import { InMemoryEventStore } from '../../src/testing/in-memory/in-memory-event-store.ts';
import { InMemoryTimelineStore } from '../../src/testing/in-memory/in-memory-timeline-store.ts';
import { projectToEnd } from '../../src/testing/replay/project-to-end.ts';
import type { AffectedTimelines } from '../../src/web/forms/affected-timelines.ts';
import { generateEvents, type SentEvent } from '../bench/generate-events.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 50);

/** What is done to an event of a history before it is sent: some are refused then, and what speaks of them as well. */
const TWISTS: Readonly<Record<string, (event: SentEvent, before: SentEvent | undefined) => object>> = {
  'as it is': (event) => event,
  'the one before it again': (event, before) => before ?? event,
  'under an id that is taken': (event, before) => ({ ...event, id: before?.id ?? event.id }),
  'with a date that is none': (event) => ({ ...event, occurred: '2025-02-30' }),
  'without sources': (event) => ({ ...event, sources: [] }),
};

const histories = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  twists: fc.array(
    fc.oneof({ weight: 2, arbitrary: fc.constant('as it is') }, fc.constantFrom(...Object.keys(TWISTS))),
    {
      minLength: 10,
      maxLength: 80,
    },
  ),
});

/** The preview that goes with an outcome of recording; of what is accepted, without what only a preview tells. */
function expectedPreview(outcome: RecordOutcome): object {
  if (outcome.outcome !== 'recorded' && outcome.outcome !== 'repeated') return outcome;
  const { warnings } = outcome;
  return { outcome: 'accepted', warnings, isRepeat: outcome.outcome === 'repeated' };
}

function withoutVersions(preview: PreviewOutcome): object {
  if (preview.outcome !== 'accepted') return preview;
  const { versions: _versions, ...rest } = preview;
  return rest;
}

/** What the event with this ordinal added to the timelines, read from their rows. */
function addedBy(ordinal: number, stores: ReadonlyMap<string, InMemoryTimelineStore>): AffectedTimelines {
  const added = (name: string) => {
    const store = stores.get(name);
    const index = store?.index({ limit: 100_000, asOf: ordinal as Ordinal }) ?? [];
    return index.flatMap(({ key }) => {
      const rows = store?.versionsIn(key).filter(({ from }) => from === ordinal) ?? [];
      return rows.map((row) => ({ key, matter: JSON.parse(row.partitions.get(key) ?? '{}') }));
    });
  };
  const keys = (name: string) => added(name).map(({ key }) => key);
  return {
    countries: added('country').map(({ key, matter }) => ({ code: key, roles: matter.roles })),
    topics: keys('topic'),
    pairs: keys('relation').map((pair) => pair.split('~') as [string, string]),
    statements: keys('statements').filter((key) => key === '*').length,
    agreements: keys('agreements'),
  };
}

function sorted(touched: AffectedTimelines): AffectedTimelines {
  const byText = <Item>(items: readonly Item[]) =>
    items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const { countries, topics, pairs, statements, agreements } = touched;
  return {
    countries: byText(countries),
    topics: byText(topics),
    pairs: byText(pairs),
    statements,
    agreements: byText(agreements),
  };
}

test('what a preview accepts is recorded as it says, onto the timelines that it names, and the rest is refused as it says', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ seed, twists }) => {
      const log = new InMemoryEventStore(() => new Date('2026-01-01T00:00:00Z'));
      const recorder = createRecorder(log);
      const foretold: (RecordVersion | undefined)[] = [];
      let before: SentEvent | undefined;
      for (const [at, event] of [...generateEvents(twists.length, seed)].entries()) {
        const sent = TWISTS[twists[at] ?? '']?.(event, before) ?? event;
        before = event;
        const preview = await recorder.preview(sent, { actor: 'desk' });
        const outcome = await recorder.record(sent, { actor: 'desk' });
        expect(withoutVersions(preview)).toEqual(expectedPreview(outcome));
        if (outcome.outcome === 'recorded' && preview.outcome === 'accepted')
          foretold.push(preview.versions[0]);
      }
      const views = projections.map((definition) => {
        return {
          definition,
          writer: new InMemoryTimelineStore(definition.name, log.comparePositions.bind(log)),
        };
      });
      await projectToEnd(log, views);
      const stores = new Map(views.map(({ definition, writer }) => [definition.name as string, writer]));
      for (const [at, version] of foretold.entries()) {
        if (version === undefined) continue;
        expect(sorted(affectedTimelines(projections, version))).toEqual(sorted(addedBy(at + 1, stores)));
      }
    }),
    { numRuns },
  );
}, 120_000);
