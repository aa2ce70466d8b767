import type { IncomingMessage } from 'node:http';
import { prefersPage } from './negotiation.ts';

/** Parameters that mail programs and social networks add to the links that people follow. */
const TRACKING = new Set(
  `fbclid gclid gclsrc dclid gbraid wbraid msclkid ttclid twclid yclid igshid igsh li_fat_id mc_cid mc_eid mkt_tok
  srsltid _gl _ga _hsenc _hsmi ref_src`.split(/\s+/),
);
/** Another server's URL begins with two slashes; browsers take a backslash for one. */
const OWN_PATH = /^\/(?![/\\])/;

/**
 * Returns the URL of a page without the parameters that track where its reader comes from; undefined if it has none,
 * or if the client wants data. Data has no such readers, so an unknown parameter is an error there.
 */
export function urlWithoutTracking({ method, headers, url = '' }: IncomingMessage): string | undefined {
  const mark = url.indexOf('?');
  if (mark < 0 || !OWN_PATH.test(url) || (method !== 'GET' && method !== 'HEAD')) return undefined;
  if (!prefersPage(headers)) return undefined;
  const parameters = url.slice(mark + 1).split('&');
  const kept = parameters.filter((parameter) => !isTracking(parameter.split('=', 1)[0] ?? ''));
  if (kept.length === parameters.length) return undefined;
  return kept.length === 0 ? url.slice(0, mark) : `${url.slice(0, mark)}?${kept.join('&')}`;
}

function isTracking(name: string): boolean {
  return TRACKING.has(name.toLowerCase()) || /^utm_/i.test(name);
}
