import {
  type CountryOutcome,
  codeInAnyCase,
  countryName,
  isCountryCode,
  resolveCountry,
} from '../../../domain/countries/countries.ts';
import { countriesPage } from '../../../web/pages/index-page.ts';
import { countryPage } from '../../../web/pages/timeline-page.ts';
import { countryUrl } from '../../../web/text/url.ts';
import { COUNTRY_COLUMNS } from '../../formats/list-columns.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { unknownCountry } from '../../protocol/problems.ts';
import { countryList, countryTimelineAnswer } from '../../schemas/timelines.ts';
import { describeTimelineList } from '../descriptions.ts';
import { listedSummaries, SUMMARY_LIST_PARAMETERS } from '../lists/listed-summaries.ts';
import { sendTimelineList } from '../lists/send-list.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import { TIMELINE_FORMATS } from '../representation.ts';
import type { TimelineLocation, TimelineRoute } from '../timeline-routes.ts';

export const COUNTRY = {
  description: 'ISO 3166 code of a country. Names in many languages redirect to it.',
  example: 'PK',
};

export const countryListDescription = describeTimelineList({
  id: 'listCountries',
  summary: 'The countries that events involve',
  answer: countryList,
  parameters: SUMMARY_LIST_PARAMETERS,
  page: countriesPage,
});

/** `GET /countries`: the countries that events involve. */
export function listCountries(context: AppContext, req: Request, res: Response): Promise<void> {
  const projection = context.projections.country;
  const list = { member: 'countries', title: 'Countries', columns: COUNTRY_COLUMNS, page: countriesPage };
  const newItem = { noun: 'Country', url: countryUrl, title: countryName, entryKind: 'event' } as const;
  const listed = listedSummaries({
    nameOf: countryName,
    itemOf: ({ key, entries, earliest, latest }) => {
      return {
        code: key,
        name: countryName(key),
        entries,
        earliest: earliest ?? null,
        latest: latest ?? null,
      };
    },
  });
  const route = { projection, ...list, newItem, ...SUMMARY_LIST_PARAMETERS, ...listed };
  return sendTimelineList(context, route, req, res);
}

/** `GET /countries/{code}`: the timeline of a country. Other names of the country redirect there. */
export function countryTimelines({ projections }: AppContext): TimelineRoute<{ code: string }> {
  return {
    projection: projections.country,
    description: {
      name: 'Country',
      summary: 'The timeline of a country',
      path: { code: COUNTRY },
      answer: countryTimelineAnswer,
      problems: ['unknown-country'],
      hasOtherSpellings: true,
    },
    parameters: TIMELINE_PARAMETERS.country,
    formats: TIMELINE_FORMATS,
    title: countryName,
    entryKind: 'event',
    locate: ({ params }) => locateCountry(params.code),
    subject: (code) => `"country":${JSON.stringify({ code, name: countryName(code) })}`,
    section: 'countries',
    page: countryPage,
    absent: () => undefined,
  };
}

/** Resolves a segment of a path to a country: a code in upper or lower case, or a name. */
export function resolveCountrySegment(text: string): CountryOutcome {
  return resolveCountry(codeInAnyCase(text) ?? text);
}

function locateCountry(text: string): TimelineLocation {
  if (isCountryCode(text)) return { kind: 'timeline', key: text };
  const country = resolveCountrySegment(text);
  return country.outcome === 'resolved'
    ? { kind: 'moved', path: countryUrl(country.code) }
    : { kind: 'refused', problem: unknownCountry(country) };
}
