import { afterEach, beforeEach } from '@jest/globals';
import { mou } from '../../append/sent-events.ts';
import { type Harness, startHarness } from '../../harness.ts';
import { type Answer, ask } from './client.ts';

/** Sends forms as a browser does, and parses the page that comes back. */

/** Values by the names of the fields. */
export type Fields = Readonly<Record<string, string>>;

function send(url: string, path: string, fields: Fields | string, headers: Fields = {}): Promise<Answer> {
  const body = typeof fields === 'string' ? fields : String(new URLSearchParams(fields));
  return ask(url, path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', ...headers },
    body,
  });
}

const unescaped = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** Starts a server for each test of a file; returns functions that send forms to it. */
export function formSite() {
  let chancery: Harness;
  beforeEach(async () => {
    chancery = await startHarness();
  });
  afterEach(() => chancery.close());
  return {
    running: () => chancery,
    send: (path: string, fields: Fields | string, headers?: Fields) =>
      send(chancery.url, path, fields, headers),
    opened: (path: string, typed: Fields) => opened(chancery.url, path, typed),
    logged: async () => (await ask(chancery.url, '/events')).json.events,
  };
}

/** Returns what a form shows: the values of its fields, and the error of each. */
export function formIn(text: string) {
  const values = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"/g)) {
    values.set(name, unescaped(value));
  }
  for (const [, name = '', options = ''] of text.matchAll(
    /<select[^>]* name="([^"]*)"[^>]*>(.*?)<\/select>/g,
  )) {
    values.set(name, /<option value="([^"]*)" selected>/.exec(options)?.[1] ?? '');
  }
  for (const [, name = '', value = ''] of text.matchAll(
    /<textarea[^>]* name="([^"]*)"[^>]*>\n(.*?)<\/textarea>/gs,
  )) {
    values.set(name, unescaped(value));
  }
  const messages = [
    ...text.matchAll(/<p class="error" id="f([^"]*)\.error"[^>]*><span[^>]*>Error: <\/span>(.*?)<\/p>/g),
  ];
  const errors = Object.fromEntries(messages.map(([, name = '', detail = '']) => [name, unescaped(detail)]));
  return { values, errors };
}

/** Opens a form and fills in the typed values. */
async function opened(url: string, path: string, typed: Fields): Promise<Fields> {
  const { status, text } = await ask(url, path);
  if (status !== 200) throw new Error(`Opening the form failed with status ${status}`);
  return { ...Object.fromEntries(formIn(text).values), ...typed };
}

export const sourceFields = { '/sources/0/outlet': 'Dawn' };
export const briefingFields = {
  '/data/institution/name': 'Ministry of Foreign Affairs',
  '/data/institution/kind': 'government-body',
  '/data/institution/country': 'PRC',
  '/occurred': '2025-10-13',
  '/data/hosts': '中国',
  '/data/format': 'regular',
  '/data/topics': 'rare-earths',
  '/data/statements/0/speaker/name': 'Lin Jian',
  '/data/statements/0/speaker/kind': 'person',
  '/data/statements/0/speaker/country': 'China',
  '/data/statements/0/speechAct': 'deny',
  '/data/statements/0/quoted': 'paraphrase',
  '/data/statements/0/text/0/language': 'en',
  '/data/statements/0/text/0/value': 'The reports are pure fabrication.',
  '/data/statements/0/countries/0/country': 'Pakistan',
  '/data/statements/0/countries/0/role': 'mentioned',
  ...sourceFields,
};
export const signingFields = {
  '/stream': mou.stream,
  '/data/title': 'Memorandum on critical minerals',
  '/data/subject': 'critical minerals',
  '/data/instrument': 'mou',
  '/occurred': '2025-09-08',
  '/data/parties/0/name': 'US Strategic Metals',
  '/data/parties/0/kind': 'company',
  '/data/parties/0/country': 'US',
  '/data/parties/1/name': 'Frontier Works Organization',
  '/data/parties/1/kind': 'government-body',
  '/data/parties/1/country': 'PK',
  ...sourceFields,
};
export const shipmentFields = {
  '/occurred': '2025-09-08/2025-10-13',
  '/data/implements': mou.stream,
  '/data/goods/0/description': 'antimony',
  '/data/origin/country': 'PK',
  '/data/destination/country': 'US',
  ...sourceFields,
};
