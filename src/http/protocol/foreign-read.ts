import type { IncomingMessage } from 'node:http';
import type { AppContext } from './context.ts';
import { splitSuffix } from './formats.ts';
import { prefersPage } from './negotiation.ts';
import { pathOf } from './query.ts';

/**
 * Detects reads that a page of another origin makes a browser send, and whose answer it may not use. They would only
 * cost something: an export can be requested by an image element. Browsers say what a request is for (fetch metadata,
 * https://www.w3.org/TR/fetch-metadata/); programs say nothing.
 *
 * People may follow links from other sites, also to downloads. A page that navigates to a page of ours, which costs
 * little, is replaced by it. A download leaves that page open, so it could start one after another: downloads need a
 * click. What settings allow other sites stays possible: reads with CORS, and timelines in frames.
 */
export function isForeignRead(
  { headers, method, url = '' }: IncomingMessage,
  { corsOrigin, embedOrigins }: Pick<AppContext, 'corsOrigin' | 'embedOrigins'>,
): boolean {
  const {
    'sec-fetch-site': site,
    'sec-fetch-mode': mode,
    'sec-fetch-dest': destination,
    'sec-fetch-user': user,
    origin,
  } = headers;
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  if (mode === 'cors') return corsOrigin !== '*' && (corsOrigin === undefined || corsOrigin !== origin);
  if (mode !== 'navigate') return true;
  if (headers['sec-purpose']?.includes('prefetch')) return true;
  if (destination !== 'document') return embedOrigins.length === 0 || !pathOf(url).startsWith('/embed/');
  return user !== '?1' && !isPage(headers, url);
}

function isPage(headers: IncomingMessage['headers'], url: string): boolean {
  return splitSuffix(pathOf(url)) === undefined && prefersPage(headers);
}
