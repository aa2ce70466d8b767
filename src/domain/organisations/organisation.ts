import type { CountryCode } from '../countries/countries.ts';
import { boundOf, type DateSpan, spansOverlap } from '../values/edtf.ts';

/** An intergovernmental organisation that is known by its name. */
export interface Organisation {
  /** A lower-case slug; the key of its timeline. */
  readonly key: string;
  readonly name: string;
  /** Other names and abbreviations by which an actor of the kind `igo` is recognised. */
  readonly names: readonly string[];
  /** Wikidata item. Absent where it was not verified. */
  readonly wikidata?: string;
  /**
   * Empty if the members are not listed, as for organisations of nearly all states. Suspended members are members.
   * Early accessions have no date unless it is known to the day or the year.
   */
  readonly members: readonly Membership[];
  /** True if a treaty with the organisation binds its members: it is then on their timelines, with the role `party`. */
  readonly bindsMembers?: true;
}

/** `from` is the first and `to` the last day or year of the membership. Without them there is no limit on that side. */
export interface Membership {
  readonly country: CountryCode;
  readonly from?: string;
  readonly to?: string;
}

/** @param codes of the countries, separated by spaces */
export function members(codes: string, dates: Omit<Membership, 'country'> = {}): readonly Membership[] {
  return codes.split(' ').map((code) => ({ country: code as CountryCode, ...dates }));
}

/** Returns the countries that were members on at least one day of the span. */
export function membersDuring(memberships: readonly Membership[], span: DateSpan): readonly CountryCode[] {
  const during = memberships.filter(({ from, to }) =>
    spansOverlap(span, {
      earliest: from === undefined ? undefined : boundOf(from, 'earliest'),
      latest: to === undefined ? undefined : boundOf(to, 'latest'),
    }),
  );
  return [...new Set(during.map(({ country }) => country))];
}
