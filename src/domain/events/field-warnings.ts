import { eraMismatch, notYetExisting } from '../countries/eras.ts';
import type { AnyEventType, Warning } from '../event-types/define-event-type.ts';
import type { Actor } from '../fields/actor.ts';
import { pointerOf } from '../fields/field-error.ts';
import { type ByKind, collectSites, type FieldSite, visitValuesAt } from '../fields/field-sites.ts';
import type { Good } from '../fields/goods.ts';
import { hsCodeFault } from '../fields/harmonized-system.ts';
import type { Place } from '../fields/place.ts';
import { type Source, sources } from '../fields/source.ts';
import { type DateSpan, type Day, spanOf } from '../values/edtf.ts';
import { memoizeBy } from '../values/memoize-by.ts';
import { normalizeName } from '../values/text.ts';
import { localTimeExists } from '../values/time-zone.ts';

/** What a check may depend on besides the value. */
interface Context {
  /** When the event happened. */
  readonly span: DateSpan;
  /** The last day that has begun anywhere. */
  readonly today: Day;
}

/** Returns warnings with pointers relative to the value. */
type Check = (value: never, context: Context) => readonly Warning[];
type Sites = readonly FieldSite<Check>[];

const payloadChecks: ByKind<Check> = {
  values: { country: checkCountry, good: checkGood, place: checkPlace, 'zoned-date-time': checkLocalTime },
  lists: { actor: checkParties },
};
/** A payload may announce a date. A source can neither be published nor read in the future. */
const sourceChecks: ByKind<Check> = {
  ...payloadChecks,
  values: { ...payloadChecks.values, date: checkDate, instant: checkInstant },
};

/** Returns what deserves a second look in the date, the payload and the sources of an event. */
export function fieldWarnings(
  type: AnyEventType,
  event: { readonly occurred: string; readonly data: unknown; readonly sources: readonly Source[] },
  now: Date,
): readonly Warning[] {
  const context = contextOf(event.occurred, now);
  return [
    ...withPrefix(checkDate(event.occurred, context), '/occurred'),
    ...warningsAt(sitesOf(type), event.data, context, '/data'),
    ...warningsAt(sourceSites, event.sources, context, '/sources'),
  ];
}

/**
 * Does the same for a correction's payload, which is of the corrected type.
 *
 * @param occurred date of the corrected event
 */
export function correctedFieldWarnings(
  type: AnyEventType,
  correction: { readonly data: unknown; readonly occurred?: string },
  occurred: string,
  now: Date,
): readonly Warning[] {
  const context = contextOf(correction.occurred ?? occurred, now);
  const dated = correction.occurred === undefined ? [] : checkDate(correction.occurred, context);
  return [
    ...withPrefix(dated, '/data/occurred'),
    ...warningsAt(sitesOf(type), correction.data, context, '/data/data'),
  ];
}

const FIRST_ZONE_HOURS = 14;

/** It is tomorrow already in the first time zone (Kiritimati) while most of the world has today. */
function contextOf(occurred: string, now: Date): Context {
  const today = new Date(now.getTime() + FIRST_ZONE_HOURS * 3_600_000).toISOString().slice(0, 10) as Day;
  return { span: spanOf(occurred), today };
}

const sourceSites = collectSites(sources, sourceChecks);
const sitesOf = memoizeBy((type: AnyEventType): Sites => collectSites(type.data, payloadChecks));

function warningsAt(sites: Sites, value: unknown, context: Context, at: string): readonly Warning[] {
  const warnings: Warning[] = [];
  for (const { path, action: check } of sites) {
    visitValuesAt(value, path, (found, pathOfFound) => {
      const ofFound = check(found as never, context);
      if (ofFound.length > 0) warnings.push(...withPrefix(ofFound, at + pointerOf(pathOfFound)));
    });
  }
  return warnings;
}

function withPrefix(warnings: readonly Warning[], prefix: string): readonly Warning[] {
  return warnings.map((warning) => ({ ...warning, pointer: prefix + (warning.pointer ?? '') }));
}

function checkDate(date: string, { today }: Context): readonly Warning[] {
  const { earliest } = spanOf(date);
  if (earliest === undefined || earliest <= today) return [];
  return [{ code: 'future-date', detail: `${date} is in the future. Is the year right?` }];
}

function checkInstant(instant: string, context: Context): readonly Warning[] {
  return checkDate(instant.slice(0, 10), context);
}

function checkCountry(code: string, { span }: Context): readonly Warning[] {
  const detail = notYetExisting(code, span);
  return detail === undefined ? [] : [{ code: 'country-before-its-time', detail }];
}

function checkLocalTime({ local, zone }: { local: string; zone: string }): readonly Warning[] {
  if (localTimeExists(local, zone)) return [];
  const detail = `The clocks of ${zone} skipped ${local}. Is the zone right?`;
  return [{ code: 'skipped-local-time', detail, pointer: '/local' }];
}

function checkGood({ hsCode, hsEdition }: Good): readonly Warning[] {
  const detail = hsCode === undefined ? undefined : hsCodeFault(hsCode, hsEdition);
  return detail === undefined ? [] : [{ code: 'unknown-hs-code', detail, pointer: '/hsCode' }];
}

/** UN/LOCODE has codes of present countries only, so a place in a former one cannot agree. */
function checkPlace({ country, locode }: Partial<Place>, { today }: Context): readonly Warning[] {
  if (country === undefined || locode === undefined || locode.startsWith(country)) return [];
  if (eraMismatch(country, { earliest: today, latest: today }) !== undefined) return [];
  const detail = `${locode} is a place in ${locode.slice(0, 2)}, not in ${country}.`;
  return [{ code: 'locode-of-another-country', detail, pointer: '/locode' }];
}

function checkParties(actors: readonly Actor[]): readonly Warning[] {
  if (actors.length < 2) return [];
  const seen = new Map<string, number>();
  return actors.flatMap(({ name, country = '' }, index) => {
    const key = `${country} ${normalizeName(name)}`;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index);
      return [];
    }
    const detail = `${name} is in the list already, at ${first}.`;
    return [{ code: 'repeated-party', detail, pointer: `/${index}` }];
  });
}
