import type { Request, Response } from 'express';
import { countryName } from '../../../domain/countries/countries.ts';
import { statementsPage } from '../../../web/pages/statements-page.ts';
import type { AppContext } from '../../protocol/context.ts';
import { countryAsked, TIMELINE_PARAMETERS } from '../query.ts';
import type { AnswersFor } from '../representation.ts';

/** Key of the timeline of all statements. */
const ALL = '*';

/** `GET /statements`: what was said, by whom, of whom; with `country` what one country said or was named in. */
export function listStatements(context: AppContext, answersFor: AnswersFor) {
  const answers = answersFor({
    timeline: context.projections.statements,
    parameters: TIMELINE_PARAMETERS.statements,
    subject: (key) => `"statements":${JSON.stringify({ country: countryOf(key) })}`,
    page: (key, view) => statementsPage(key === ALL ? undefined : key, view),
    absent: () => undefined,
  });
  return (req: Request, res: Response): Promise<void> =>
    answers.send(countryAsked(req.originalUrl) ?? ALL, req, res);
}

function countryOf(key: string): object | null {
  return key === ALL ? null : { code: key, name: countryName(key) };
}
