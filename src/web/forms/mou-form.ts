import { mouSigned } from '../../domain/event-types/mou.ts';
import { amount } from '../../domain/fields/amount.ts';
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

export const mouForm: RecordForm = {
  path: 'mou',
  title: 'Add an agreement',
  lead: 'The signing of a memorandum of understanding or another agreement.',
  type: mouSigned.name,
  fields: [
    {
      kind: 'group',
      legend: 'Agreement',
      fields: [
        { kind: 'line', pointer: '/data/title', label: 'Title', required: 'always' },
        {
          kind: 'line',
          pointer: '/data/subject',
          label: 'Subject',
          hint: 'Completes “An agreement on …”: the development of critical minerals',
          required: 'always',
        },
        {
          kind: 'choice',
          pointer: '/data/instrument',
          label: 'Instrument',
          options: optionsOf(mouSigned.data.shape.instrument),
          required: 'always',
        },
        {
          kind: 'choice',
          pointer: '/data/binding',
          label: 'Binding',
          options: [
            ['yes', 'yes'],
            ['no', 'no'],
          ],
          toJson: (value) => ({ yes: true, no: false })[value] ?? value,
        },
        topicsField,
        recordField('mou-ussm-fwo-2025'),
      ],
    },
    {
      kind: 'rows',
      pointer: '/data/parties',
      legend: 'Parties',
      hint: 'Two or more. Name the organisation that signed, not its state.',
      rowLabel: 'Party',
      rowsMin: 2,
      required: 'always',
      fields: actorFields('', 'always'),
    },
    dateGroup,
    { kind: 'group', legend: 'Place', fields: placeFields('/data/place') },
    {
      kind: 'rows',
      pointer: '/data/amounts',
      legend: 'Amounts',
      hint: 'As reported; amounts are never added up.',
      rowLabel: 'Amount',
      fields: [
        {
          kind: 'line',
          pointer: '/value',
          label: 'Value',
          hint: 'Digits without separators, such as 500000000',
          required: 'always',
        },
        {
          kind: 'line',
          pointer: '/currency',
          label: 'Currency',
          hint: 'ISO 4217, such as USD',
          required: 'always',
        },
        {
          kind: 'choice',
          pointer: '/qualifier',
          label: 'Precision',
          options: optionsOf(amount.shape.qualifier),
          required: 'always',
        },
        {
          kind: 'choice',
          pointer: '/role',
          label: 'Role of the amount',
          options: optionsOf(amount.shape.role),
          required: 'always',
        },
      ],
    },
    {
      kind: 'group',
      legend: 'Signatories, commitments and goods',
      isCollapsed: true,
      fields: [
        {
          kind: 'rows',
          pointer: '/data/signatories',
          legend: 'Signed by',
          rowLabel: 'Signatory',
          fields: [
            { kind: 'line', pointer: '/person', label: 'Person', required: 'always' },
            {
              kind: 'line',
              pointer: '/capacity',
              label: 'Capacity',
              hint: 'For example Minister of Commerce',
            },
            {
              kind: 'line',
              pointer: '/party',
              label: 'On behalf of',
              hint: 'The name of a party, as above',
              required: 'always',
            },
          ],
        },
        {
          kind: 'rows',
          pointer: '/data/commitments',
          legend: 'Commitments',
          rowLabel: 'Commitment',
          fields: [
            {
              kind: 'line',
              pointer: '/party',
              label: 'Party',
              hint: 'The name of a party, as above. Leave empty if all parties commit to it.',
            },
            { kind: 'text', pointer: '/text', label: 'Commitment', required: 'always' },
          ],
        },
        goodsRows,
      ],
    },
    sourceRows,
  ],
};
