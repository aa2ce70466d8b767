import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mou, uuid } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask, post } from '../support/client.ts';
import { requireDocumented } from '../support/documented-answers.ts';

let chancery: Harness;
let answer: Answer;
const path = '/countries/PK';

beforeAll(async () => {
  chancery = await startHarness();
  const { json } = await post(chancery.url, { ...mou, id: uuid(1) });
  answer = await ask(chancery.url, `${path}?after=${json.events[0].position}`);
});
afterAll(() => chancery.close());

const changed = (changes: Partial<Answer>): Promise<void> =>
  requireDocumented('GET', path, { ...answer, ...changes });
const entry = () => answer.json.entries[0];

describe('an answer that the description does not have is found', () => {
  test('while the answers of the server are as described', async () => {
    expect(answer.json.entries).toHaveLength(1);
    await expect(changed({})).resolves.toBeUndefined();
  });

  test('by its status', async () => {
    await expect(changed({ status: 418 })).rejects.toThrow('the status is not documented');
  });

  test('by a header', async () => {
    await expect(changed({ headers: { ...answer.headers, 'x-secret': '1' } })).rejects.toThrow('x-secret');
  });

  test('by its media type', async () => {
    const headers = { ...answer.headers, 'content-type': 'text/rtf' };
    await expect(changed({ headers })).rejects.toThrow('text/rtf');
  });

  test('by a member that is missing, of another type, or unknown, at any depth', async () => {
    const { next, ...withoutNext } = answer.json;
    await expect(changed({ json: withoutNext })).rejects.toThrow("'next'");
    const inEntry = (changes: object) =>
      changed({ json: { ...answer.json, entries: [{ ...entry(), ...changes }] } });
    await expect(inEntry({ versions: '1' })).rejects.toThrow('entries/0/versions');
    await expect(inEntry({ colour: 'red' })).rejects.toThrow('additional properties');
    await expect(inEntry({ occurred: { ...entry().occurred, colour: 'red' } })).rejects.toThrow('occurred');
  });

  test('by the code of its problem', async () => {
    const refused = await ask(chancery.url, `${path}?limit=0`);
    const json = { ...refused.json, type: '/problems/id-taken' };
    await expect(requireDocumented('GET', path, { ...refused, json })).rejects.toThrow('allowed values');
  });

  test('by its URL', async () => {
    await expect(requireDocumented('GET', '/nowhere', answer)).rejects.toThrow('no such operation');
  });
});
