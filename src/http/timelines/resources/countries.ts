import type { Request, Response } from 'express';
import { countryName, isCountryCode } from '../../../domain/countries/countries.ts';
import type { TimelineSummary } from '../../../projector/timeline-store.ts';
import { countriesPage } from '../../../web/pages/index-page.ts';
import { countryPage } from '../../../web/pages/timeline-page.ts';
import type { AppContext } from '../../protocol/context.ts';
import { sendProblem } from '../../protocol/problems.ts';
import { sendRedirect } from '../../protocol/response.ts';
import { sendTimelineList, summariesAs } from '../list.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import type { AnswersFor } from '../representation.ts';
import { queryOf, requestedCountry, unknownCountry } from './country-parameter.ts';

/** `GET /countries`: the countries that events speak of. */
export function listCountries(context: AppContext, req: Request, res: Response): Promise<void> {
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary) => {
    return { code: key, name: countryName(key), entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  return sendTimelineList(
    context,
    {
      timeline: context.projections.country,
      member: 'countries',
      page: countriesPage,
      ...summariesAs(itemOf),
    },
    req,
    res,
  );
}

/** `GET /countries/{code}`: the timeline of a country; by any other name of it a redirect there. `…/live`: its news. */
export function countryTimelines(context: AppContext, answersFor: AnswersFor) {
  const answers = answersFor({
    timeline: context.projections.country,
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
  const found = requestedCountry(name);
  if (found.outcome === 'resolved') sendRedirect(res, `/countries/${found.code}${suffix}${queryOf(req)}`);
  else sendProblem(res, unknownCountry(found));
}
