import type { Request, Response } from 'express';
import { type CountryCode, countryName } from '../../../domain/countries/countries.ts';
import { ROLES } from '../../../domain/fields/role.ts';
import { type LogPoint, type TimelineSummary, UNFILTERED } from '../../../projector/timeline-store.ts';
import type { StatementEntry, TimelineView } from '../../../web/components/timeline-view.ts';
import { relationsPage } from '../../../web/pages/index-page.ts';
import { relationPage } from '../../../web/pages/relation-page.ts';
import type { Html } from '../../../web/shell/html.ts';
import type { AppContext } from '../../protocol/context.ts';
import { sendProblem } from '../../protocol/problems.ts';
import { sendRedirect } from '../../protocol/response.ts';
import { sendTimelineList, summariesAs } from '../list.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import type { AnswersFor } from '../representation.ts';
import { queryOf, requestedCountry, unknownCountry } from './country-parameter.ts';

/** `GET /relations`: the pairs of countries between which something passed. */
export function listRelations(context: AppContext, req: Request, res: Response): Promise<void> {
  const itemOf = ({ key, entries, earliest, latest }: TimelineSummary) => {
    const countries = key.split('~');
    const names = countries.map(countryName);
    return { countries, names, entries, earliest: earliest ?? null, latest: latest ?? null };
  };
  return sendTimelineList(
    context,
    {
      timeline: context.projections.relation,
      member: 'relations',
      page: relationsPage,
      ...summariesAs(itemOf),
    },
    req,
    res,
  );
}

/**
 * `GET /relations/{a}/{b}`: the timeline of two countries. Its one address has their codes in the order of the
 * alphabet; the other order, and any other names, redirect there.
 */
export function relationTimelines(context: AppContext, answersFor: AnswersFor) {
  const answers = answersFor({
    timeline: context.projections.relation,
    parameters: TIMELINE_PARAMETERS.relation,
    roles: (pair) => pair.split('~').flatMap((code) => ROLES.map((role) => `${code}:${role}`)),
    subject: (pair) => `"relation":${JSON.stringify(pair.split('~').map(country))}`,
    page: (pair, view, moment) => pageOf(context, pair, view, moment),
    beside: context.projections.statements,
    absent: () => undefined,
  });
  return (req: Request<{ a: string; b: string }>, res: Response): Promise<void> | void => {
    const { a, b } = req.params;
    const [one, other] = [requestedCountry(a), requestedCountry(b)];
    if (one.outcome === 'refused') return sendProblem(res, unknownCountry(one));
    if (other.outcome === 'refused') return sendProblem(res, unknownCountry(other));
    if (one.code === other.code) return sendSameCountry(one.code, res);
    const [first, second] = [one.code, other.code].sort();
    if (a === first && b === second) return answers.send(`${first}~${second}`, req, res);
    return sendRedirect(res, `/relations/${first}/${second}${answers.suffix}${queryOf(req)}`);
  };
}

function country(code: string): object {
  return { code, name: countryName(code) };
}

function sendSameCountry(code: CountryCode, res: Response): void {
  const detail = `Both are ${countryName(code)}; its own timeline is /countries/${code}.`;
  sendProblem(res, { code: 'same-country', detail });
}

/** Statements of the two that are looked through for what each says of the other. */
const SAID_MAX = 100;

/** With what was said as of the same moment, in the time that is asked for. */
function pageOf(
  { projections: timelines }: AppContext,
  pair: string,
  view: TimelineView,
  moment: LogPoint | undefined,
): Html {
  const [one = '', other = ''] = pair.split('~');
  const { from, to, certain } = view.filter;
  const time = { ...(from !== undefined && { from }), ...(to !== undefined && { to }), certain };
  const query = { ...UNFILTERED, ...time, countries: [other], order: 'desc', limit: SAID_MAX } as const;
  const said =
    moment === undefined
      ? []
      : (timelines.statements.reader?.page(one, { ...query, asOf: moment.ordinal }).entries ?? []);
  return relationPage(
    [one, other],
    view,
    said.map((entry) => JSON.parse(entry) as StatementEntry),
  );
}
