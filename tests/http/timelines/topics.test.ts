import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { briefing, mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';

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
