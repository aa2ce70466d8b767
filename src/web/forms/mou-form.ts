import { mouSigned } from '../../domain/event-types/mou.ts';
import { amount } from '../../domain/fields/amount.ts';
import { labelsOf } from '../../domain/fields/field-kind.ts';
import type { RecordForm } from './form-field.ts';
import {
  actorFields,
  dateGroup,
  goodsRows,
  optionsOf,
  placeFields,
  recordField,
  sourceRows,
  topicsField,
} from './shared-fields.ts';

const { instrument } = mouSigned.data.shape;
const { qualifier, role } = amount.shape;

export const mouForm: RecordForm = {
  path: 'mou',
  title: 'Record a signing',
  lead: 'A memorandum of understanding, or another agreement, is signed.',
  type: mouSigned.name,
  fields: [
    {
      kind: 'group',
      legend: 'What was signed',
      fields: [
        { kind: 'line', at: '/data/title', label: 'Title', need: 'always' },
        {
          kind: 'line',
          at: '/data/subject',
          label: 'On what',
          hint: 'Goes on after “on”: the development of critical minerals',
          need: 'always',
        },
        {
          kind: 'choice',
          at: '/data/instrument',
          label: 'Instrument',
          options: optionsOf(instrument.options, labelsOf(instrument)),
          need: 'always',
        },
        {
          kind: 'choice',
          at: '/data/binding',
          label: 'Binding',
          options: [
            ['yes', 'yes'],
            ['no', 'no'],
          ],
          json: (value) => ({ yes: true, no: false })[value] ?? value,
        },
        topicsField,
        recordField('mou-ussm-fwo-2025'),
      ],
    },
    {
      kind: 'rows',
      at: '/data/parties',
      legend: 'Parties',
      hint: 'Two or more. An organisation is not its state.',
      one: 'Party',
      min: 2,
      need: 'always',
      fields: actorFields('', 'always'),
    },
    dateGroup,
    { kind: 'group', legend: 'Where', fields: placeFields('/data/place') },
    {
      kind: 'rows',
      at: '/data/amounts',
      legend: 'Amounts',
      hint: 'As they were told; they are never added up.',
      one: 'Amount',
      fields: [
        {
          kind: 'line',
          at: '/value',
          label: 'Value',
          hint: 'Digits without separators: 500000000',
          need: 'always',
        },
        { kind: 'line', at: '/currency', label: 'Currency', hint: 'By ISO 4217: USD', need: 'always' },
        {
          kind: 'choice',
          at: '/qualifier',
          label: 'How exact',
          options: optionsOf(qualifier.options),
          need: 'always',
        },
        {
          kind: 'choice',
          at: '/role',
          label: 'What it is',
          options: optionsOf(role.options),
          need: 'always',
        },
      ],
    },
    {
      kind: 'group',
      legend: 'Who signed, who binds themselves to what, and goods',
      isFolded: true,
      fields: [
        {
          kind: 'rows',
          at: '/data/signatories',
          legend: 'Signed by',
          one: 'Signatory',
          fields: [
            { kind: 'line', at: '/person', label: 'Person', need: 'always' },
            { kind: 'line', at: '/capacity', label: 'Capacity', hint: 'Such as Minister of Commerce' },
            {
              kind: 'line',
              at: '/party',
              label: 'For the party',
              hint: 'By its name as given above',
              need: 'always',
            },
          ],
        },
        {
          kind: 'rows',
          at: '/data/commitments',
          legend: 'Commitments',
          one: 'Commitment',
          fields: [
            {
              kind: 'line',
              at: '/party',
              label: 'Of the party',
              hint: 'By its name as given above; empty: of all of them',
            },
            { kind: 'text', at: '/text', label: 'To what', need: 'always' },
          ],
        },
        goodsRows,
      ],
    },
    sourceRows,
  ],
};
