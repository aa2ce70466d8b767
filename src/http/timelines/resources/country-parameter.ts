import type { Request } from 'express';
import {
  type CountryOutcome,
  countryName,
  isCountryCode,
  resolveCountry,
} from '../../../domain/countries/countries.ts';
import type { Problem } from '../../protocol/problems.ts';

/** The country that a part of an address means: a code in either case, or a name. */
export function requestedCountry(text: string): CountryOutcome {
  const capitals = text.toUpperCase();
  return resolveCountry(isCountryCode(capitals) ? capitals : text);
}

export function unknownCountry({
  detail,
  candidates,
}: Extract<CountryOutcome, { outcome: 'refused' }>): Problem {
  const named = candidates.map((code) => ({ code, name: countryName(code) }));
  return { code: 'unknown-country', detail, members: { candidates: named } };
}

/** The query of the address with its question mark, as it was sent; empty when there is none. */
export function queryOf(req: Request): string {
  const start = req.originalUrl.indexOf('?');
  return start < 0 ? '' : req.originalUrl.slice(start);
}
