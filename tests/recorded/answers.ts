import { createHash } from 'node:crypto';
import { type Answer, ask, nextOf } from '../http/support/client.ts';
import type { RecordedRequest } from './requests.ts';

/** What is kept of an answer: one line of the recording. */
export interface RecordedAnswer extends Omit<RecordedRequest, 'following'> {
  readonly status: number;
  /** The headers that clients and caches act on. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body; of a page, without what differs between builds. */
  readonly body: string;
}

const HEADERS = ['content-type', 'etag', 'cache-control', 'vary', 'link', 'location', 'allow'];
/** Pages contain absolute URLs, and problems the id of the request. */
const SAME_EVERYWHERE = { host: '127.0.0.1:8080', 'x-request-id': 'recorded' };

/**
 * Sends the requests one after another, each three times: as it is, again, and with the entity tag received.
 *
 * @throws Error if a repeated answer differs from the first one, or an unchanged one is not 304
 */
export async function answersOf(
  url: string,
  requests: readonly RecordedRequest[],
): Promise<readonly RecordedAnswer[]> {
  const answers: RecordedAnswer[] = [];
  for (const { following = 0, ...first } of requests) {
    let path: string | undefined = first.path;
    for (let page = 0; page <= following && path !== undefined; page += 1) {
      const request: RecordedRequest = { ...first, path };
      const answer = await askThrice(url, request);
      answers.push(recorded(request, answer));
      path = nextOf(answer);
    }
  }
  return answers;
}

async function askThrice(url: string, request: RecordedRequest): Promise<Answer> {
  const { path, accept, acceptLanguage } = request;
  const headers = {
    ...SAME_EVERYWHERE,
    ...(accept && { accept }),
    ...(acceptLanguage && { 'accept-language': acceptLanguage }),
  };
  const answer = await ask(url, path, { headers });
  const again = await ask(url, path, { headers });
  if (JSON.stringify(recorded(request, again)) !== JSON.stringify(recorded(request, answer))) {
    throw new Error(`${path}: the second answer differs from the first one.`);
  }
  const { etag } = answer.headers;
  if (etag === undefined) return answer;
  const unchanged = await ask(url, path, { headers: { ...headers, 'if-none-match': etag } });
  if (unchanged.status !== 304 || unchanged.headers.etag !== etag || unchanged.text !== '') {
    throw new Error(`${path}: answered ${unchanged.status} although nothing changed.`);
  }
  return answer;
}

function recorded(request: RecordedRequest, { status, headers, text }: Answer): RecordedAnswer {
  const isPage = headers['content-type']?.startsWith('text/html') === true;
  const kept = HEADERS.flatMap((name) => {
    const value = headers[name]?.toString();
    return value === undefined ? [] : [[name, isPage ? withoutBuild(name, value) : value]];
  });
  const body = createHash('sha256')
    .update(isPage ? comparablePage(text) : text)
    .digest('hex');
  return { ...request, status, headers: Object.fromEntries(kept), body };
}

/** The entity tag of a page ends with the build id. */
function withoutBuild(name: string, value: string): string {
  return name === 'etag' ? value.replace(/\.[0-9a-f]{12}"$/, '"') : value;
}

/** URLs of assets contain hashes of their content. A character and its numeric reference mean the same. */
function comparablePage(page: string): string {
  return page
    .replace(/(\/assets\/[\w-]+)\.[0-9a-f]{12}\./g, '$1.')
    .replace(/&#(\d+);/g, (_reference, digits) => String.fromCodePoint(Number(digits)))
    .replace(/&#x([0-9a-f]+);/gi, (_reference, digits) => String.fromCodePoint(Number.parseInt(digits, 16)));
}
