import { countryName } from '../../../domain/countries/countries.ts';
import { statementsPage } from '../../../web/pages/statements-page.ts';
import type { AppContext } from '../../protocol/context.ts';
import { requestedStatementsCountry, TIMELINE_PARAMETERS } from '../query.ts';
import type { TimelineRoute } from '../timeline-routes.ts';

/** Key of the timeline of all statements. */
const ALL = '*';

/**
 * `GET /statements`: who said what about whom. The parameter `country` keeps the statements that the country made or is
 * named in.
 */
export function statementTimelines({ projections }: AppContext): TimelineRoute<Record<string, string>> {
  return {
    projection: projections.statements,
    parameters: TIMELINE_PARAMETERS.statements,
    locate: ({ originalUrl }) => ({
      kind: 'timeline',
      key: requestedStatementsCountry(originalUrl) ?? ALL,
    }),
    subject: (key) => `"statements":${JSON.stringify({ country: countryJson(key) })}`,
    page: (key, view) => statementsPage(key === ALL ? undefined : key, view),
    absent: () => undefined,
  };
}

function countryJson(key: string): object | null {
  return key === ALL ? null : { code: key, name: countryName(key) };
}
