import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MountedProjection } from '../../../src/projector/mounted-projection.ts';
import type { LogPoint, Ordinal } from '../../../src/projector/timeline-store.ts';
import { briefing, correction, mou, retraction, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, askTwice as ask, post } from '../support/client.ts';
import { stubProjection, stubProjections, stubServer } from '../support/stub-server.ts';

let chancery: Harness;

beforeEach(async () => {
  chancery = await startHarness();
});
afterEach(() => chancery.close());

const get = (path: string): Promise<Answer> => ask(chancery.url, encodeURI(path));

/** Records the event, and waits until the timelines contain it. */
async function record(event: object): Promise<Answer> {
  const answer = await post(chancery.url, event);
  expect(answer.status).toBe(201);
  await projected(answer.json.events.at(-1).position);
  return answer;
}

async function projected(position: string): Promise<void> {
  const parsed = chancery.store.parsePosition(position);
  if (parsed === undefined) throw new Error(`${position} is no position`);
  for (const projection of Object.values(chancery.projections)) await projection.waitFor(parsed, 2_000);
}

const onTopics = (...topics: string[]) => ({ ...mou, data: { ...mou.data, topics } });
const streamsOf = ({ json }: Answer): string[] =>
  json.entries.map(({ stream }: { stream: string }) => stream);

describe('a topic as a person writes it', () => {
  test('is recorded as its slug, and the text as sent is kept', async () => {
    const { json } = await record(onTopics('Rare Earths', 'mica'));

    const { data, verbatim } = (await get(`/events/${json.events[0].id}`)).json.event;
    expect(data.topics).toEqual(['rare-earths', 'mica']);
    expect(verbatim).toEqual({ '/data/topics/0': 'Rare Earths' });
  });

  test('is one topic if it is sent in two spellings', async () => {
    await record(onTopics('Rare Earths', 'rare_earths'));

    expect((await get('/countries/PK')).json.entries[0].topics).toEqual(['rare-earths']);
    expect((await get('/topics')).json.topics).toMatchObject([{ slug: 'rare-earths', entries: 1 }]);
  });

  test('repeats the append if it is sent again under the same id', async () => {
    const event = { ...onTopics('Rare Earths'), id: uuid(1) };
    await record(event);

    expect((await post(chancery.url, event)).status).toBe(200);
  });

  test.each(['/countries/PK', '/relations/PK/US', '/topics/mica'])('filters %s', async (path) => {
    await record(onTopics('rare-earths', 'mica'));

    for (const typed of ['rare earths', 'Rare Earths', 'rare_earths', 'ＲＡＲＥ ＥＡＲＴＨＳ']) {
      expect(streamsOf(await get(`${path}?topics=${typed}`))).toEqual([mou.stream]);
    }
    expect(streamsOf(await get(`${path}?topics=rare`))).toEqual([]);
  });

  test('filters statements', async () => {
    const statement = {
      key: 's',
      speaker: { name: 'Lin Jian', kind: 'person', country: 'CN' },
      speechAct: 'deny',
      text: { language: 'en', value: 'The reports are fabricated.' },
      quoted: 'paraphrase',
      topics: ['Rare Earths', 'rare-earths'],
    };
    await record({ ...briefing, data: { ...briefing.data, statements: [statement] } });

    const { json } = await get('/statements?topics=rare earths');
    expect(json.entries).toMatchObject([{ statement: 's', topics: ['rare-earths'] }]);
  });

  test('is found by the search', async () => {
    await record(onTopics('rare-earths'));

    expect((await get('/search?q=ＲＡＲＥ earths')).json.topics).toEqual([
      { slug: 'rare-earths', entries: 1 },
    ]);
  });

  test.each([
    ['/topics/Rare Earths', '/topics/rare-earths'],
    ['/topics/rare_earths?limit=5', '/topics/rare-earths?limit=5'],
    ['/topics/Rare Earths/live', '/topics/rare-earths/live'],
    ['/topics/ﻗﺮض', `/topics/${encodeURIComponent('قرض')}`],
  ])('redirects %s', async (path, location) => {
    expect(await get(path)).toMatchObject({ status: 308, headers: { location } });
  });
});

test('a topic recorded in another Unicode form is found under its slug', async () => {
  const { json } = await record(onTopics('placeholder'));
  const [event] = await chancery.store.readAll({ direction: 'forwards', maxCount: 1 });
  const { type = '', metadata = '', content = '', salt = '' } = event ?? {};
  const older = {
    id: uuid(2),
    type,
    metadata,
    content: content.replace('placeholder', 'ｒａｒｅ-earths'),
    salt,
  };
  await chancery.store.append('mou-older', 'no-stream', [older]);
  await projected(String(Number(json.events[0].position) + 1));

  expect((await get(`/events/${older.id}`)).json.event.data.topics).toEqual(['ｒａｒｅ-earths']);
  expect(streamsOf(await get('/topics/rare-earths'))).toEqual(['mou-older']);
  expect(streamsOf(await get('/countries/PK?topics=rare-earths'))).toEqual(['mou-older']);
  expect(await get('/topics/ｒａｒｅ-earths')).toMatchObject({
    status: 308,
    headers: { location: '/topics/rare-earths' },
  });
});

describe('a defined topic', () => {
  const rareEarths = {
    id: uuid(20),
    stream: 'topic-rare-earths',
    type: 'TopicDefined',
    occurred: '2025-01-01',
    data: {
      topic: 'Rare Earths',
      labels: { en: 'Rare-earth elements', zh: '稀土' },
      broader: ['critical minerals'],
      description: 'The lanthanides, scandium and yttrium.',
    },
    sources: [{ outlet: 'Thesaurus of the desk' }],
  };
  const page = (path: string) => ask(chancery.url, path, { headers: { accept: 'text/html' } });

  test('has its label and its broader topics', async () => {
    await record(onTopics('rare-earths'));
    await record(rareEarths);

    const { json } = await get('/topics/rare-earths');
    expect(json.topic).toEqual({
      slug: 'rare-earths',
      label: 'Rare-earth elements',
      labels: { en: 'Rare-earth elements', zh: '稀土' },
      description: 'The lanthanides, scandium and yttrium.',
      broader: ['critical-minerals'],
      narrower: [],
    });
    expect(json.entries).toMatchObject([{ type: 'TopicDefined' }, { type: 'MouSigned' }]);
  });

  test('is found though no event is on it, as are its broader topics', async () => {
    await record(rareEarths);

    expect((await get('/topics/critical-minerals')).json.topic).toEqual({
      slug: 'critical-minerals',
      label: null,
      labels: {},
      description: null,
      broader: [],
      narrower: ['rare-earths'],
    });
    expect((await get('/topics')).json.topics).toMatchObject([
      { slug: 'critical-minerals', label: null },
      { slug: 'rare-earths', label: 'Rare-earth elements' },
    ]);
  });

  test('is headed by its label, and links to the topics around it', async () => {
    await record(rareEarths);

    const { text } = await page('/topics/rare-earths');
    expect(text).toContain('<h1 dir="auto">Rare-earth elements</h1>');
    expect(text).toContain('<span lang="zh" dir="auto">稀土</span> (Chinese)');
    expect(text).toContain('The lanthanides, scandium and yttrium.');
    expect(text).toMatch(/<dt>Part of<\/dt><dd><a href="\/topics\/critical-minerals"/);
    const broader = await page('/topics/critical-minerals');
    expect(broader.text).toContain('<h1 dir="auto">critical minerals</h1>');
    expect(broader.text).toMatch(/<dt>Narrower topics<\/dt><dd><a href="\/topics\/rare-earths"/);
    expect((await page('/topics')).text).toContain('>Rare-earth elements</a>');
  });

  test('shows nothing about a topic that is not defined', async () => {
    await record(onTopics('mica'));

    expect((await page('/topics/mica')).text).not.toContain('About this topic');
  });

  test('stays off the timelines of countries', async () => {
    await record(onTopics('rare-earths'));
    await record(rareEarths);

    expect(streamsOf(await get('/countries/PK'))).toEqual([mou.stream]);
    expect(streamsOf(await get('/relations/PK/US'))).toEqual([mou.stream]);
  });

  test('has a new ETag when a definition changes what is shown, and the old label as of before', async () => {
    await record(onTopics('critical-minerals'));
    const before = await get('/topics/critical-minerals');
    await record(rareEarths);
    const defined = await get('/topics/critical-minerals');
    await record(
      correction(rareEarths.id, rareEarths.stream, { topic: 'rare-earths', labels: { en: 'REE' } }),
    );
    const corrected = await get('/topics/critical-minerals');

    expect([before, defined, corrected].map(({ json }) => json.topic.narrower)).toEqual([
      [],
      ['rare-earths'],
      [],
    ]);
    expect(new Set([before, defined, corrected].map(({ headers }) => headers['etag'])).size).toBe(3);
    const { position } = defined.json.asOf;
    expect((await get(`/topics/rare-earths?asOf=${position}`)).json.topic.label).toBe('Rare-earth elements');
    expect((await get('/topics/rare-earths')).json.topic.label).toBe('REE');
    expect((await get(`/topics?asOf=${position}`)).json.topics).toMatchObject([
      { label: null },
      { label: 'Rare-earth elements' },
    ]);
  });

  test('has no label once its definition is retracted', async () => {
    await record(rareEarths);
    await record(retraction(rareEarths.id, rareEarths.stream));

    expect((await get('/topics/rare-earths')).json.topic).toMatchObject({ label: null, broader: [] });
  });

  test('is refused as broader than itself', async () => {
    const { status, json } = await post(chancery.url, {
      ...rareEarths,
      data: { topic: 'rare-earths', broader: ['Rare_Earths'] },
    });

    expect(status).toBe(400);
    expect(json.errors).toEqual([
      {
        pointer: '/data/broader/0',
        code: 'invalid-topic',
        detail: 'rare-earths is the topic itself; name topics that it is a part of, or leave the field out.',
      },
    ]);
  });
});

describe('while the concepts are behind', () => {
  const { serve } = stubServer();

  test.each(['/topics', '/topics/rare-earths'])(
    '%s asks to retry rather than leave out labels',
    async (path) => {
      const logPoint = {
        ordinal: 7 as Ordinal,
        position: '7',
        instant: '2026-01-01T09:00:00.000Z',
      } as LogPoint;
      const topic = stubProjection('live', 'topic');
      const reader = {
        ...topic.reader,
        checkpoint: () => ({ ...logPoint, eventId: '', lineage: 'l' }),
        lastChange: () => logPoint,
      } as NonNullable<MountedProjection['reader']>;
      const url = await serve({ projections: { ...stubProjections('live'), topic: { ...topic, reader } } });

      for (const accept of ['application/json', 'text/html']) {
        const { status, headers } = await ask(url, path, { headers: { accept } });
        expect([status, headers['retry-after']]).toEqual([503, '1']);
      }
    },
  );
});
