import type { Request, Response } from 'express';
import { countryName, isCountryCode } from '../domain/countries.ts';
import type { TimelineSummary } from '../projector/timeline-store.ts';
import { countriesPage } from '../web/index-page.ts';
import { countryPage } from '../web/timeline-page.ts';
import type { AppContext } from './app-context.ts';
import { addressedCountry, queryOf, unknownCountry } from './country-address.ts';
import { sendProblem } from './problem-details.ts';
import { sendRedirect } from './response.ts';
import type { AnswersFor } from './timeline-body.ts';
import { sendIndex, summariesAs } from './timeline-index.ts';
import { TIMELINE_PARAMETERS } from './timeline-query.ts';

/** `GET /countries`: the countries that events speak of. */
export function listCountries(context: AppContext, req: Request, res: Response): Promise<void> {
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary) => {
    return { code: key, name: countryName(key), entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  return sendIndex(
    context,
    { timeline: context.timelines.country, member: 'countries', page: countriesPage, ...summariesAs(itemOf) },
    req,
    res,
  );
}

/** `GET /countries/{code}`: the timeline of a country; by any other name of it a redirect there. `…/live`: its news. */
export function countryTimelines(context: AppContext, answersFor: AnswersFor) {
  const answers = answersFor({
    timeline: context.timelines.country,
    parameters: TIMELINE_PARAMETERS.country,
    subject: (code) => `"country":${JSON.stringify({ code, name: countryName(code) })}`,
    page: countryPage,
    absent: () => undefined,
  });
  return (req: Request<{ code: string }>, res: Response): Promise<void> | void => {
    const { code } = req.params;
    return isCountryCode(code) ? answers.send(code, req, res) : redirect(code, answers.suffix, req, res);
  };
}

function redirect(name: string, suffix: string, req: Request, res: Response): void {
  const found = addressedCountry(name);
  if (found.outcome === 'resolved') sendRedirect(res, `/countries/${found.code}${suffix}${queryOf(req)}`);
  else sendProblem(res, unknownCountry(found));
}
