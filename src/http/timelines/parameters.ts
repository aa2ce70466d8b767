import { entryTypes } from '../../domain/event-types/registry.ts';
import { SPEECH_ACTS } from '../../domain/event-types/statement.ts';
import { ROLES } from '../../domain/fields/role.ts';
import {
  choiceParameter,
  countParameter,
  cursorParameter,
  type JsonSchema,
  orderParameter,
  type QueryParameter,
  textParameter,
} from '../protocol/parameters.ts';

/** Items of one list; more than there are countries. */
export const LIST_ITEMS_MAX = 300;

export const certainParameter = choiceParameter(
  'certain',
  ['true', 'false'],
  'false',
  '`true` keeps only dates that lie certainly in the range of days.',
);
export const entriesLimitParameter = countParameter('limit', 200, 50, 'Entries of a page.');

export const asOfParameter = textParameter(
  'asOf',
  'The state to show: a position, a token of a state, or an instant (RFC 3339).',
);

export const statementRoleParameter = choiceParameter(
  'role',
  ['any', 'said', 'about'],
  'any',
  'What the country did, or one of the countries: it said this or had it said for it, or this is about it.',
);

const TEXT_QUERY =
  'Keeps entries in which all of this is said: words, `"phrases"` and `begin*` ([search](/docs/search)).';

const FIXED: readonly QueryParameter[] = [
  dateParameter('from', 'The first day: a day, a month or a year.', '2025-09'),
  dateParameter('to', 'The last day: a day, a month or a year.', '2025-12-31'),
  dateParameter('occurredFrom', 'The first day of the entries: a day, a month or a year.', '2025-09'),
  dateParameter('occurredTo', 'The last day of the entries: a day, a month or a year.', '2025-12-31'),
  certainParameter,
  listParameter('countries', 'Keeps entries that involve one of these countries: codes or names.', {}, 'US'),
  listParameter('topics', 'Keeps entries on one of these topics.', {}),
  textParameter(
    'country',
    'The country that made the statements or is named in them: a code or a name.',
    'CN',
  ),
  textParameter('about', 'The event or record that the statements are about: an id or a name.'),
  textParameter('speaker', 'Name of a speaker or an institution.'),
  statementRoleParameter,
  textParameter('institution', 'Name of the institution that made the statements.'),
  textParameter('q', TEXT_QUERY, '"rare earths" sanct*'),
  textParameter('outlet', 'Keeps entries that this outlet reported.', 'Xinhua'),
  textParameter('relay', 'Keeps entries in which somebody of this name relayed what was said.'),
  {
    ...orderParameter,
    description: 'Oldest or newest first. Pages begin with the newest if it is not given.',
  },
  entriesLimitParameter,
  cursorParameter,
  asOfParameter,
  textParameter('after', 'Waits until the answer contains this position or state.'),
];

/**
 * Returns the description of query parameters of timelines.
 * @param roles the schema of a role in the parameter `roles`
 */
export function timelineParameters(
  names: readonly string[],
  roles: JsonSchema = { enum: ROLES },
): readonly QueryParameter[] {
  const acts = { enum: Object.keys(SPEECH_ACTS) };
  const all = [
    ...FIXED,
    listParameter('types', 'Event types.', { enum: entryTypes().map(({ name }) => name) }),
    listParameter('roles', 'Keeps entries in which the subject has one of these roles.', roles),
    listParameter('speechActs', 'Keeps entries with statements of these speech acts.', acts),
    listParameter('speechAct', 'Keeps statements of these speech acts.', acts),
  ];
  return names.map((name) => {
    const parameter = all.find((each) => each.name === name);
    if (parameter === undefined) throw new RangeError(`The parameter ${name} has no description.`);
    return parameter;
  });
}

export function dateParameter(name: string, description: string, example: string): QueryParameter {
  const schema = { type: 'string', pattern: '^[\\d-]+$' };
  return { name, description, schema, example };
}

export function listParameter(
  name: string,
  description: string,
  item: JsonSchema,
  example?: string,
): QueryParameter {
  const items = { type: 'string', ...item };
  const schema = { type: 'array', items, minItems: 1, maxItems: LIST_ITEMS_MAX };
  return { name, description, schema, ...(example !== undefined && { example }) };
}
