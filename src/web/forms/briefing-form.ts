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
  pointer: '/data/statements',
  legend: 'Statements',
  hint: 'What was said, one statement per point. A denial is a statement too.',
  rowLabel: 'Statement',
  rowDefaults: (number) => ({ key: String(number) }),
  fields: [
    ...actorFields('/speaker', 'always', 'speaker'),
    {
      kind: 'choice',
      pointer: '/speechAct',
      label: 'Speech act',
      options: Object.entries(SPEECH_ACTS),
      required: 'always',
    },
    {
      kind: 'choice',
      pointer: '/quoted',
      label: 'Quoted',
      options: [
        ['verbatim', 'verbatim'],
        ['paraphrase', 'paraphrased'],
      ],
      required: 'always',
    },
    languageField('/text/language', 'always'),
    { kind: 'text', pointer: '/text/value', label: 'Text', required: 'always' },
    countriesWithRole('target', 'Aimed at'),
    countriesWithRole('mentioned', 'Countries mentioned'),
    { ...topicsField, pointer: '/topics' },
    {
      kind: 'group',
      legend: 'Question, references and attribution',
      isCollapsed: true,
      fields: [
        { kind: 'line', pointer: '/question/outlet', label: 'Asked by', hint: 'The outlet' },
        { kind: 'text', pointer: '/question/text', label: 'Question' },
        {
          kind: 'list',
          pointer: '/about',
          label: 'Refers to',
          hint: 'Names of records or ids of events, separated by commas, for example mou-ussm-fwo-2025',
        },
        attributionRows,
      ],
    },
  ],
};

function countriesWithRole(role: string, label: string): ItemList {
  return {
    kind: 'list',
    pointer: '/countries',
    suffix: role,
    label,
    hint: 'Names or codes, separated by commas',
    toItem: (country) => ({ country, role }),
  };
}

export const briefingForm: RecordForm = {
  path: 'briefing',
  title: 'Add a briefing',
  lead: 'A press briefing or a written statement, with what was said in it.',
  type: briefingHeld.name,
  fields: [
    { kind: 'group', legend: 'Institution', fields: actorFields('/data/institution', 'always') },
    dateGroup,
    {
      kind: 'group',
      legend: 'Briefing',
      fields: [
        countryField('/data/host', 'Held in', 'always'),
        {
          kind: 'choice',
          pointer: '/data/format',
          label: 'Format',
          options: optionsOf(briefingHeld.data.shape.format),
          required: 'always',
        },
        { kind: 'line', pointer: '/data/venue', label: 'Venue' },
        {
          kind: 'list',
          pointer: '/data/spokespersons',
          label: 'Spokespersons',
          hint: 'Names, separated by commas',
          toItem: (name) => ({ name, kind: 'person' }),
        },
        {
          kind: 'list',
          pointer: '/data/languages',
          label: 'Languages',
          hint: 'Language tags, separated by commas, for example en, zh',
        },
        topicsField,
      ],
    },
    {
      kind: 'group',
      legend: 'Time, record and transcripts',
      isCollapsed: true,
      fields: [
        {
          kind: 'line',
          pointer: '/data/startsAt/local',
          label: 'Local date and time',
          hint: 'For example 2025-10-13T15:00',
        },
        {
          kind: 'line',
          pointer: '/data/startsAt/zone',
          label: 'Time zone',
          hint: 'For example Asia/Shanghai',
        },
        recordField('briefing-mfa-2025-10-13'),
        {
          kind: 'rows',
          pointer: '/data/transcripts',
          legend: 'Transcripts',
          rowLabel: 'Transcript',
          fields: [
            { kind: 'line', pointer: '/url', label: 'URL', required: 'always' },
            languageField('/language', 'always'),
          ],
        },
      ],
    },
    statements,
    sourceRows,
  ],
};
