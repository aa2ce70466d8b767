import { briefingHeld } from '../../domain/event-types/briefing.ts';
import { SPEECH_ACTS } from '../../domain/event-types/statement.ts';
import type { ItemList, RecordForm, Rows } from './form-field.ts';
import {
  actorFields,
  attributionRows,
  countryField,
  dateGroup,
  languageField,
  optionsOf,
  recordField,
  sourceRows,
  topicsField,
} from './shared-fields.ts';

const statements: Rows = {
  kind: 'rows',
  at: '/data/statements',
  legend: 'Statements',
  hint: 'What was said, one thing at a time. A denial is a statement too.',
  one: 'Statement',
  given: (number) => ({ key: String(number) }),
  fields: [
    ...actorFields('/speaker', 'always', 'speaker'),
    {
      kind: 'choice',
      at: '/speechAct',
      label: 'What is done in it',
      options: optionsOf(Object.keys(SPEECH_ACTS)),
      need: 'always',
    },
    {
      kind: 'choice',
      at: '/quoted',
      label: 'How it is quoted',
      options: [
        ['verbatim', 'word for word'],
        ['paraphrase', 'not word for word'],
      ],
      need: 'always',
    },
    languageField('/text/language', 'always'),
    { kind: 'text', at: '/text/value', label: 'Text', need: 'always' },
    countriesAs('target', 'Aimed at'),
    countriesAs('mentioned', 'Countries that it mentions'),
    { ...topicsField, at: '/topics' },
    {
      kind: 'group',
      legend: 'The question, what it refers to, and through whom it came',
      isFolded: true,
      fields: [
        { kind: 'line', at: '/question/outlet', label: 'Asked by', hint: 'The outlet' },
        { kind: 'text', at: '/question/text', label: 'The question' },
        {
          kind: 'list',
          at: '/about',
          label: 'Speaks of',
          hint: 'Names of records or ids of events, with commas between them: mou-ussm-fwo-2025',
        },
        attributionRows,
      ],
    },
  ],
};

function countriesAs(role: string, label: string): ItemList {
  const hint = 'By name or code, with commas between them';
  return { kind: 'list', at: '/countries', part: role, label, hint, item: (country) => ({ country, role }) };
}

const { format } = briefingHeld.data.shape;

export const briefingForm: RecordForm = {
  path: 'briefing',
  title: 'Record a briefing',
  lead: 'A press briefing or a written statement, with what was said in it.',
  type: briefingHeld.name,
  fields: [
    { kind: 'group', legend: 'Institution that held it', fields: actorFields('/data/institution', 'always') },
    dateGroup,
    {
      kind: 'group',
      legend: 'The briefing',
      fields: [
        countryField('/data/host', 'Held in', 'always'),
        {
          kind: 'choice',
          at: '/data/format',
          label: 'Format',
          options: optionsOf(format.options),
          need: 'always',
        },
        { kind: 'line', at: '/data/venue', label: 'Venue' },
        {
          kind: 'list',
          at: '/data/spokespersons',
          label: 'Spokespersons',
          hint: 'Names, with commas between them',
          item: (name) => ({ name, kind: 'person' }),
        },
        {
          kind: 'list',
          at: '/data/languages',
          label: 'Languages',
          hint: 'As tags, with commas between them: en, zh',
        },
        topicsField,
      ],
    },
    {
      kind: 'group',
      legend: 'Hour of its beginning, transcripts, and the record',
      isFolded: true,
      fields: [
        {
          kind: 'line',
          at: '/data/startsAt/local',
          label: 'Local date and time',
          hint: 'Such as 2025-10-13T15:00',
        },
        { kind: 'line', at: '/data/startsAt/zone', label: 'Time zone', hint: 'Such as Asia/Shanghai' },
        recordField('briefing-mfa-2025-10-13'),
        {
          kind: 'rows',
          at: '/data/transcripts',
          legend: 'Transcripts',
          one: 'Transcript',
          fields: [
            { kind: 'line', at: '/url', label: 'Address', need: 'always' },
            languageField('/language', 'always'),
          ],
        },
      ],
    },
    statements,
    sourceRows,
  ],
};
