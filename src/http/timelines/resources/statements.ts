import { countryName } from '../../../domain/countries/countries.ts';
import {
  type StatementsSubject,
  statementsPage,
  statementsTitle,
} from '../../../web/pages/statements-page.ts';
import type { AppContext } from '../../protocol/context.ts';
import { statementTimelineAnswer } from '../../schemas/timelines.ts';
import { requestedStatementsSubject, TIMELINE_PARAMETERS } from '../query.ts';
import { TIMELINE_FORMATS } from '../representation.ts';
import type { TimelineRoute } from '../timeline-routes.ts';

/** Key of the timeline of all statements. */
const ALL = '*';

/**
 * `GET /statements`: who said what about whom. The parameter `country` keeps the statements that the country made or is
 * named in, `about` those about an event or a record.
 */
export function statementTimelines({ projections }: AppContext): TimelineRoute<Record<string, string>> {
  return {
    projection: projections.statements,
    description: {
      name: 'Statement',
      summary: 'Who said what about whom',
      answer: statementTimelineAnswer,
    },
    parameters: TIMELINE_PARAMETERS.statements,
    formats: TIMELINE_FORMATS,
    title: (key) => statementsTitle(subjectOf(key)),
    entryKind: 'statement',
    locate: ({ originalUrl }) => ({
      kind: 'timeline',
      key: requestedStatementsSubject(originalUrl) ?? ALL,
    }),
    subject: (key) => `"statements":${JSON.stringify(subjectOf(key))}`,
    section: 'statements',
    page: (key, view) => statementsPage(subjectOf(key), view),
    absent: () => undefined,
  };
}

function subjectOf(key: string): StatementsSubject {
  if (key === ALL) return { country: null, about: null };
  if (key.includes('-')) return { country: null, about: key };
  return { country: { code: key, name: countryName(key) }, about: null };
}
