import { formatInstant } from './format-date.ts';

interface Cited {
  readonly title: string;
  readonly url: string;
  readonly asOf: { readonly instant: string; readonly position: string } | undefined;
}

/** “Pakistan”, in: Chancery, as of 13 October 2025, 08:00 UTC (position 4), https://… */
export function citationText({ title, url, asOf }: Cited): string {
  const state = asOf && `as of ${formatInstant(asOf.instant)} (position ${asOf.position})`;
  return [`“${title}”`, 'in: Chancery', ...(state === undefined ? [] : [state]), `${url}.`].join(', ');
}
