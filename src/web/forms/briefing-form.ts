import { briefingHeld } from '../../domain/event-types/briefing.ts';
import { ANONYMITY, SPEECH_ACTS, TEXT_KINDS } from '../../domain/event-types/statement.ts';
import type { ItemList, RecordForm, Rows } from './form-field.ts';
import {
  actorFields,
  attributionRows,
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
    ...actorFields('/speaker', true, 'speaker'),
    {
      kind: 'choice',
      pointer: '/speechAct',
      label: 'Speech act',
      hint: 'Leave empty if the speaker merely states something.',
      options: Object.entries(SPEECH_ACTS),
    },
    {
      kind: 'choice',
      pointer: '/quoted',
      label: 'Quoted',
      options: [
        ['verbatim', 'verbatim'],
        ['paraphrase', 'paraphrased'],
      ],
      required: true,
    },
    {
      kind: 'rows',
      pointer: '/text',
      legend: 'Text',
      hint: 'The original, a translation, or one after the other.',
      rowLabel: 'Text',
      rowsMin: 1,
      required: true,
      fields: [
        languageField('/language', true),
        { kind: 'choice', pointer: '/kind', label: 'Kind', options: Object.entries(TEXT_KINDS) },
        { kind: 'text', pointer: '/value', label: 'Text', required: true },
      ],
    },
    countriesWithRole('target', 'Aimed at'),
    countriesWithRole('mentioned', 'Countries mentioned'),
    { ...topicsField, pointer: '/topics' },
    {
      kind: 'group',
      legend: 'Anonymity, questions, references and attribution',
      isCollapsed: true,
      fields: [
        {
          kind: 'choice',
          pointer: '/speaker/anonymity',
          label: 'Anonymity',
          hint: 'Only for a speaker who is not named. Then describe the person where the name would be.',
          options: Object.entries(ANONYMITY),
        },
        {
          kind: 'rows',
          pointer: '/questions',
          legend: 'Questions',
          rowLabel: 'Question',
          fields: [
            { kind: 'line', pointer: '/asker', label: 'Asked by' },
            { kind: 'line', pointer: '/outlet', label: 'Outlet' },
            languageField('/language'),
            { kind: 'text', pointer: '/text', label: 'Question', required: true },
          ],
        },
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
    { kind: 'group', legend: 'Institution', fields: actorFields('/data/institution', true) },
    dateGroup,
    {
      kind: 'group',
      legend: 'Briefing',
      fields: [
        {
          kind: 'list',
          pointer: '/data/hosts',
          label: 'Held in',
          hint: 'Countries, by name or code, separated by commas. Enter “none” for none. Leave empty if unknown.',
          emptyKeyword: 'none',
        },
        {
          kind: 'choice',
          pointer: '/data/setting',
          label: 'Setting',
          options: optionsOf(briefingHeld.data.shape.setting.unwrap()),
        },
        {
          kind: 'choice',
          pointer: '/data/format',
          label: 'Format',
          options: optionsOf(briefingHeld.data.shape.format),
          required: true,
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
            { kind: 'line', pointer: '/url', label: 'URL', required: true },
            languageField('/language', true),
          ],
        },
      ],
    },
    statements,
    sourceRows,
  ],
};
