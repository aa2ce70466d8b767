import { afterEach, beforeEach, expect } from '@jest/globals';
import { type Harness, startHarness } from '../harness.ts';
import { type Answer, ask, post } from '../http/support/client.ts';

/** Starts a server for each test of a file; returns what an analyst does with it. */
export function desk() {
  let chancery: Harness;
  let last = '';
  beforeEach(async () => {
    chancery = await startHarness();
  });
  afterEach(() => chancery.close());

  /** Reads a page that contains everything recorded so far. */
  const get = async (path: string): Promise<Answer> => {
    const separator = path.includes('?') ? '&' : '?';
    const answer = await ask(chancery.url, encodeURI(`${path}${separator}after=${last}`));
    expect([path, answer.status]).toEqual([path, 200]);
    return answer;
  };

  return {
    post: (event: object) => post(chancery.url, event),
    /** Records an event; returns its id and the codes of the warnings. */
    record: async (event: object): Promise<{ id: string; warnings: readonly string[] }> => {
      const { status, json } = await post(chancery.url, event);
      expect([status, json.errors]).toEqual([201, undefined]);
      const { id, position } = json.events[0];
      last = position;
      const warnings = (json.warnings ?? []).map(({ code }: { code: string }) => code);
      return { id, warnings };
    },
    event: async (id: string) => (await ask(chancery.url, `/events/${id}`)).json,
    country: async (code: string) => (await get(`/countries/${code}`)).json.entries,
    /** The roles of the country in the events of its timeline, in order. */
    roles: async (code: string): Promise<readonly (readonly string[])[]> => {
      const { json } = await get(`/countries/${code}`);
      return json.entries.map(({ roles }: { roles: readonly string[] }) => roles);
    },
    statements: async (query: string) => (await get(`/statements?${query}`)).json.entries,
    agreement: async (stream: string) => (await get(`/mous/${stream}`)).json.mou,
  };
}

export const person = (name: string, country?: string) => ({
  name,
  kind: 'person',
  ...(country !== undefined && { country }),
});
export const state = (name: string, country: string) => ({ name, kind: 'state', country });
export const ministry = (name: string, country: string) => ({ name, kind: 'government-body', country });
export const english = (value: string) => [{ language: 'en', value }];
export const reportedBy = (outlet: string) => [{ outlet }];
