import { afterEach, describe, expect, test } from '@jest/globals';
import { concepts } from '../../projections/concepts.ts';
import { countryTimeline } from '../../projections/country.ts';
import { topicTimeline } from '../../projections/topic.ts';
import {
  eventCorrected,
  eventRetracted,
  mouSigned,
  type Replay,
  replay,
  replayMatchers,
  topicDefined,
} from '../../src/testing/index.ts';

expect.extend(replayMatchers);

const open: Replay<never>[] = [];

afterEach(async () => {
  for (const history of open.splice(0)) await history.close();
});

async function given(...events: readonly object[]) {
  const history = replay({ projections: [concepts, topicTimeline, countryTimeline] });
  open.push(history as unknown as Replay<never>);
  await history.given(events);
  return history;
}

const define = (topic: string, more: object = {}) => {
  return topicDefined({ topic, labels: undefined, broader: undefined, ...more });
};

describe('the concept of a topic', () => {
  test('has the labels, description and broader topics of its definition', async () => {
    const history = await given(
      define('Rare Earths', {
        labels: { en: 'Rare earths', zh: '稀土' },
        broader: ['Critical minerals'],
        description: 'The lanthanides, scandium and yttrium.',
      }),
    );

    expect(await history.state(concepts, 'rare-earths')).toEqual({
      topic: 'rare-earths',
      labels: { en: 'Rare earths', zh: '稀土' },
      description: 'The lanthanides, scandium and yttrium.',
      broader: ['critical-minerals'],
      narrower: [],
    });
  });

  test('names the topics that call it broader', async () => {
    const history = await given(
      define('tungsten', { broader: ['critical-minerals'] }),
      define('rare-earths', { broader: ['critical-minerals', 'export-controls'] }),
    );

    expect(await history.state(concepts, 'critical-minerals')).toMatchObject({
      broader: [],
      narrower: ['rare-earths', 'tungsten'],
    });
    expect(await history.state(concepts, 'export-controls')).toMatchObject({ narrower: ['rare-earths'] });
  });

  test('adds up several definitions, of which the later one names it', async () => {
    const history = await given(
      define('rare-earths', {
        occurred: '2026-02-01',
        labels: { en: 'Rare-earth elements' },
        broader: ['metals'],
      }),
      define('rare-earths', {
        occurred: '2026-01-01',
        labels: { en: 'Rare earths', fr: 'Terres rares' },
        broader: ['critical-minerals'],
      }),
    );

    expect(await history.state(concepts, 'rare-earths')).toMatchObject({
      labels: { en: 'Rare-earth elements', fr: 'Terres rares' },
      broader: ['critical-minerals', 'metals'],
    });
  });

  test('follows the correction of its definition', async () => {
    const definition = define('rare-earths', { labels: { en: 'Rear earths' }, broader: ['metals'] });
    const history = await given(
      definition,
      eventCorrected(definition, { labels: { en: 'Rare earths' }, broader: ['critical-minerals'] }),
    );

    expect(await history.state(concepts, 'rare-earths')).toMatchObject({
      labels: { en: 'Rare earths' },
      broader: ['critical-minerals'],
    });
    expect(await history.state(concepts, 'metals')).toMatchObject({ narrower: [] });
    expect(await history.state(concepts, 'critical-minerals')).toMatchObject({ narrower: ['rare-earths'] });
    expect(await history.timeline('topic', 'metals')).toEqual([]);
  });

  test('forgets a retracted definition', async () => {
    const definition = define('rare-earths', { labels: { en: 'Rare earths' }, broader: ['metals'] });
    const history = await given(definition, eventRetracted(definition));

    expect(await history.state(concepts, 'rare-earths')).toMatchObject({ labels: {}, broader: [] });
    expect(await history.state(concepts, 'metals')).toMatchObject({ narrower: [] });
  });

  test('may be in a circle, which no reader follows', async () => {
    const history = await given(
      define('metals', { broader: ['minerals'] }),
      define('minerals', { broader: ['metals'] }),
    );

    for (const [topic, other] of [
      ['metals', 'minerals'],
      ['minerals', 'metals'],
    ] as const) {
      expect(await history.state(concepts, topic)).toMatchObject({ broader: [other], narrower: [other] });
    }
  });
});

describe('the definition of a topic', () => {
  test('is on the timelines of the topic and its broader topics, and on no country timeline', async () => {
    const history = await given(
      mouSigned({ topics: ['rare-earths'] }),
      define('rare-earths', { labels: { en: 'Rare earths' }, broader: ['critical-minerals'] }),
    );

    expect(await history.timeline('topic', 'critical-minerals')).toMatchObject([
      { headline: 'Topic defined: Rare earths, part of critical minerals', countries: [] },
    ]);
    expect(await history.timeline('topic', 'rare-earths')).toHaveLength(2);
    expect(await history.timeline('country', 'PK')).toMatchObject([{ type: 'MouSigned' }]);
  });

  test('is refused if the topic is broader than itself, in whatever spelling', async () => {
    const definition = define('rare-earths', { broader: ['metals', 'Rare Earths'] });

    await expect(given(definition)).rejects.toThrow('/data/broader/1');
  });
});

test('the concepts obey the laws of replay', async () => {
  const definition = define('rare-earths', { labels: { en: 'Rear earths' }, broader: ['metals'] });
  const events = [
    definition,
    define('metals', { labels: { en: 'Metals' }, broader: ['minerals'] }),
    eventCorrected(definition, { labels: { en: 'Rare earths' } }),
    define('rare-earths', { labels: { fr: 'Terres rares' } }),
    eventRetracted(definition),
  ];

  await expect(concepts).toObeyReplayLaws(events);
});
