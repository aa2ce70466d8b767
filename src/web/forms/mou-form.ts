import { mouSigned, term } from '../../domain/event-types/mou.ts';
import type { Choice, RecordForm } from './form-field.ts';
import {
  actorFields,
  amountRows,
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
        { kind: 'line', pointer: '/data/title', label: 'Title', required: true },
        {
          kind: 'line',
          pointer: '/data/subject',
          label: 'Subject',
          hint: 'Completes “An agreement on …”: the development of critical minerals',
        },
        {
          kind: 'choice',
          pointer: '/data/instrument',
          label: 'Instrument',
          options: optionsOf(mouSigned.data.shape.instrument),
          required: true,
        },
        yesOrNo('/data/binding', 'Binding'),
        yesOrNo('/data/partiesIncomplete', 'Other parties are not named'),
        topicsField,
        recordField('mou-ussm-fwo-2025'),
      ],
    },
    {
      kind: 'rows',
      pointer: '/data/parties',
      legend: 'Parties',
      hint: 'All that are known. Name the organisation that signed, not its state.',
      rowLabel: 'Party',
      rowsMin: 2,
      required: true,
      fields: actorFields('', true),
    },
    dateGroup,
    { kind: 'group', legend: 'Place', fields: placeFields('/data/place') },
    amountRows('/data/amounts', 'Amounts'),
    {
      kind: 'group',
      legend: 'Signatories, witnesses, term, commitments and goods',
      isCollapsed: true,
      fields: [
        {
          kind: 'rows',
          pointer: '/data/signatories',
          legend: 'Signed by',
          rowLabel: 'Signatory',
          fields: [
            { kind: 'line', pointer: '/person', label: 'Person', required: true },
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
              required: true,
            },
          ],
        },
        {
          kind: 'rows',
          pointer: '/data/witnesses',
          legend: 'Witnessed by',
          rowLabel: 'Witness',
          fields: actorFields('', true),
        },
        {
          kind: 'line',
          pointer: '/data/term/until',
          label: 'In force until',
          hint: 'A date, as above',
        },
        {
          kind: 'choice',
          pointer: '/data/term/renewal',
          label: 'Renewal',
          options: optionsOf(term.shape.renewal.unwrap()),
        },
        {
          kind: 'rows',
          pointer: '/data/commitments',
          legend: 'Commitments',
          rowLabel: 'Commitment',
          rowDefaults: (number) => ({ key: String(number) }),
          fields: [
            {
              kind: 'line',
              pointer: '/by',
              label: 'Party',
              hint: 'The name of a party, as above. Leave empty if all parties commit to it.',
            },
            { kind: 'text', pointer: '/text', label: 'Commitment', required: true },
            { kind: 'line', pointer: '/due', label: 'Due', hint: 'A date, as above' },
          ],
        },
        goodsRows,
      ],
    },
    sourceRows,
  ],
};

function yesOrNo(pointer: string, label: string): Choice {
  const options = [['yes', 'yes'] as const, ['no', 'no'] as const];
  return {
    kind: 'choice',
    pointer,
    label,
    options,
    toJson: (value) => ({ yes: true, no: false })[value] ?? value,
  };
}
