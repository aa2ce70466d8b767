import { type Answer, ask, type Sent } from './client.ts';

/**
 * The checks of memento-validator (Los Alamos National Laboratory, https://github.com/lanl/memento-validator) for an
 * original resource, a TimeGate and a memento, with the requests that it sends. Unlike the validator, which leaves out
 * the query of a URL, this sends it. Checks of a resource that has no Memento support give 22 results.
 */

export interface CheckResult {
  readonly check: string;
  readonly result: 'pass' | 'warn' | 'fail';
}

export interface ValidatorReport {
  readonly results: readonly CheckResult[];
  readonly timegates: readonly string[];
  readonly timemaps: readonly string[];
}

interface Link {
  readonly url: string;
  readonly relation: string;
  readonly type: string;
  readonly datetime: string;
}

const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en-us,en;q=0.5',
  'user-agent': 'Mozilla/5.0',
};
const PAST = 'Mon, 03 Feb 1992 00:00:00 GMT';
const FUTURE = 'Tue, 03 Feb 2032 00:00:00 GMT';

function send(url: string, datetime: string, method: Sent['method'] = 'HEAD'): Promise<Answer> {
  const { origin, pathname, search } = new URL(url);
  return ask(origin, `${pathname}${search}`, {
    method,
    headers: { ...BROWSER, 'accept-datetime': datetime },
  });
}

export function parseLinks(text: string): readonly Link[] {
  return text
    .replaceAll('\n', '')
    .split(/,\s*</)
    .map((item) => {
      const attribute = (name: string) => new RegExp(`[; ]${name}="([^"]*)"`).exec(item)?.[1] ?? '';
      return {
        url: (item.split(';')[0] ?? '').replace(/[<>]/g, ''),
        relation: attribute('rel'),
        type: attribute('type'),
        datetime: attribute('datetime'),
      };
    });
}

function linksOf({ headers }: Answer): readonly Link[] | undefined {
  const link = headers['link'];
  return link === undefined ? undefined : parseLinks(String(link));
}

function check(name: string, isPassed: boolean, otherwise: CheckResult['result'] = 'fail'): CheckResult {
  return { check: name, result: isPassed ? 'pass' : otherwise };
}

const withRelation = (answer: Answer, relation: string) =>
  (linksOf(answer) ?? []).filter((link) => link.relation === relation);

const mementosOf = (answer: Answer) =>
  (linksOf(answer) ?? [])
    .filter(({ relation }) => relation.includes('memento'))
    .toSorted((a, b) => Date.parse(a.datetime) - Date.parse(b.datetime));

function checkTimemapLink(answer: Answer): readonly CheckResult[] {
  const timemaps = withRelation(answer, 'timemap');
  if (timemaps.length === 0) return [check('timemap link', false)];
  return [
    check('timemap link', true),
    check(
      'timemap link has a type',
      timemaps.some(({ type }) => type === 'application/link-format'),
    ),
  ];
}

async function checkMementoLinks(url: string, answer: Answer): Promise<readonly CheckResult[]> {
  const mementos = mementosOf(answer);
  if (mementos.length === 0) return [check('memento link', false)];
  const dated = mementos.flatMap(({ datetime }) => [
    check('memento link has a datetime', datetime !== ''),
    check('datetime can be parsed', !Number.isNaN(Date.parse(datetime))),
  ]);
  const isSelected = mementos.some((memento) => memento.url === url);
  return [
    check('memento link', true),
    check('selected memento in link header', isSelected, 'warn'),
    ...dated,
    ...(await checkTimemapEnds(answer, mementos)),
  ];
}

async function checkTimemapEnds(answer: Answer, mementos: readonly Link[]): Promise<readonly CheckResult[]> {
  const [timemap] = withRelation(answer, 'timemap');
  if (timemap === undefined) return [check('timemap to compare with', false, 'warn')];
  const { text } = await send(timemap.url, PAST, 'GET');
  const listed = parseLinks(text).filter(({ relation }) => relation.includes('memento'));
  return [
    check('first memento is the first in the timemap', mementos[0]?.url === listed[0]?.url, 'warn'),
    check('last memento is the last in the timemap', mementos.at(-1)?.url === listed.at(-1)?.url, 'warn'),
  ];
}

/** Checks the URL as an original resource. */
export async function validateOriginal(url: string, datetime: string): Promise<ValidatorReport> {
  const answer = await send(url, datetime);
  const timegates = withRelation(answer, 'timegate').map((link) => link.url);
  return {
    results: [
      check('valid URI', true),
      check('datetime negotiation', answer.headers['memento-datetime'] !== undefined),
      ...checkTimemapLink(answer),
      check('timegate link', timegates.length > 0),
    ],
    timegates,
    timemaps: withRelation(answer, 'timemap').map((link) => link.url),
  };
}

/** Checks the URL as a memento. */
export async function validateMemento(url: string, datetime: string): Promise<ValidatorReport> {
  const answer = await send(url, datetime);
  const timegates = withRelation(answer, 'timegate').map((link) => link.url);
  return {
    results: [
      check('valid URI', true),
      check('status 200', answer.status === 200),
      check('datetime negotiation', answer.headers['memento-datetime'] !== undefined),
      check('original link', withRelation(answer, 'original').length > 0),
      ...(await checkMementoLinks(url, answer)),
      ...checkTimemapLink(answer),
      check('timegate link', timegates.length > 0),
    ],
    timegates,
    timemaps: withRelation(answer, 'timemap').map((link) => link.url),
  };
}

/** Checks the URL as a TimeGate that redirects. */
export async function validateTimeGate(url: string, datetime: string): Promise<ValidatorReport> {
  const answer = await send(url, datetime);
  const { status, headers } = answer;
  const vary = String(headers['vary'] ?? '').toLowerCase();
  const hasLocation = headers['location'] !== undefined || headers['content-location'] !== undefined;
  const blank = await send(url, '');
  const broken = await send(url, 'BROKEN_DATETIME');
  return {
    results: [
      check('valid URI', true),
      check('status 302 or 200', status === 302 || status === 200),
      check('Location or Content-Location', hasLocation),
      check('Accept-Datetime in Vary', vary.includes('accept-datetime')),
      check('original link', withRelation(answer, 'original').length > 0),
      ...checkTimemapLink(answer),
      ...(await checkMementoLinks(url, answer)),
      check('status 302 or 200 without a datetime', blank.status === 302 || blank.status === 200),
      ...checkTarget('the last memento without a datetime', blank, -1),
      ...checkEnd('past', await send(url, PAST), 0),
      ...checkEnd('future', await send(url, FUTURE), -1),
      check('status 400 for a broken datetime', broken.status === 400),
    ],
    timegates: [],
    timemaps: withRelation(answer, 'timemap').map((link) => link.url),
  };
}

function checkEnd(name: string, answer: Answer, end: 0 | -1): readonly CheckResult[] {
  const isFound = answer.status === 302;
  return [
    check(`status 302 for the ${name}`, isFound),
    ...(isFound ? checkTarget(`the memento at the end for the ${name}`, answer, end) : []),
  ];
}

function checkTarget(name: string, answer: Answer, end: 0 | -1): readonly CheckResult[] {
  const mementos = mementosOf(answer);
  if (mementos.length === 0) return [];
  return [check(`redirects to ${name}`, answer.headers['location'] === mementos.at(end)?.url, 'warn')];
}
