import { request } from 'node:http';
import { expect } from '@jest/globals';
import { type Answer, requireDocumented } from './documented-answers.ts';

export type { Answer } from './documented-answers.ts';

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/**
 * Repeats each GET. The first answer may come from Express and from the rows, the second one comes from the remembered
 * route and the cached page. Both must be the same.
 */
export async function askTwice(url: string, path: string, sent: Sent = {}): Promise<Answer> {
  const answer = await ask(url, path, sent);
  if (sent.method !== undefined && sent.method !== 'GET') return answer;
  expect(comparable(await ask(url, path, sent))).toEqual(comparable(answer));
  return answer;
}

/** Leaves out what differs between two requests for the same. */
function comparable({ status, headers, text }: Answer) {
  const { date, 'x-request-id': requestId, ...others } = headers;
  return { status, headers: others, text: text.replaceAll(String(requestId), '') };
}

/**
 * Sends one request with path and headers unchanged, while `fetch` would normalise what a hostile client sends.
 * Rejects if the answer is not as the API description says.
 */
export function ask(url: string, path: string, options: Sent = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = request({ hostname, port, path, method, headers: { ...length, ...headers } }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        const type = res.headers['content-type'] ?? '';
        const body = Buffer.concat(chunks).toString();
        const text = type.startsWith('text/html') ? decodeBeyondAscii(body) : body;
        const isJson = /^application\/(problem\+)?json$/.test(type);
        const json = isJson && text !== '' ? JSON.parse(text) : undefined;
        const answer = { status: res.statusCode ?? 0, headers: res.headers, text, json };
        requireDocumented(method, path, answer).then(() => resolve(answer), reject);
      });
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close a kept connection just before it is used again. Then it has read nothing of the request.
      const isUnread = sent.reusedSocket && error.code === 'ECONNRESET';
      if (isUnread) resolve(ask(url, path, options));
      else reject(error);
    });
    sent.end(body);
  });
}

function decodeBeyondAscii(markup: string): string {
  return markup.replace(/&#(\d{3,7});/g, (_reference, code) => String.fromCodePoint(Number(code)));
}

export function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const sent = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return ask(url, '/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: sent,
  });
}

/** Returns the path of the next page from the `Link` header. */
export function nextOf({ headers }: Answer): string | undefined {
  return /<([^>]+)>; rel="next"/.exec(headers['link']?.toString() ?? '')?.[1];
}
