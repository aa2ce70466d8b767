import { shipmentAnnounced, shipmentArrived, shipmentDispatched } from '../../domain/event-types/shipment.ts';
import type { FormField, Need, RecordForm } from './form-field.ts';
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

const forAnnouncement: Need = { types: [shipmentAnnounced.name], words: 'for an announcement' };
const { mode } = shipmentAnnounced.data.shape;

const step: FormField = {
  kind: 'group',
  legend: 'Which step',
  fields: [
    {
      kind: 'choice',
      at: '/type',
      label: 'The shipment is',
      options: [
        [shipmentAnnounced.name, 'announced'],
        [shipmentDispatched.name, 'dispatched'],
        [shipmentArrived.name, 'arrived'],
      ],
      preset: shipmentAnnounced.name,
    },
    {
      ...recordField('shipment-ussm-samples-2025'),
      label: 'Shipment that it belongs to',
    },
  ],
};

export const shipmentForm: RecordForm = {
  path: 'shipment',
  title: 'Record a shipment',
  lead: 'One step of a shipment: it is announced, dispatched, or it arrives. A later step takes from the first what it does not say itself.',
  fields: [
    step,
    dateGroup,
    {
      ...goodsRows,
      min: 1,
      need: forAnnouncement,
    },
    { kind: 'group', legend: 'From', fields: placeFields('/data/origin', forAnnouncement) },
    { kind: 'group', legend: 'To', fields: placeFields('/data/destination', forAnnouncement) },
    {
      kind: 'group',
      legend: 'What it is about',
      fields: [
        topicsField,
        {
          kind: 'list',
          at: '/data/implements',
          label: 'Agreements that it carries out',
          hint: 'Names of records, with commas between them: mou-ussm-fwo-2025. “none” where the source says that there is none; empty: not known',
          emptyWord: 'none',
        },
        { kind: 'choice', at: '/data/mode', label: 'By', options: optionsOf(mode.unwrap().options) },
        {
          kind: 'line',
          at: '/data/expectedOn',
          label: 'Expected on',
          hint: 'Of a shipment that is announced or dispatched; a date as above',
        },
      ],
    },
    {
      kind: 'group',
      legend: 'Who sends, receives and carries it, and where it arrived',
      isFolded: true,
      fields: [
        { kind: 'group', legend: 'Consignor', fields: actorFields('/data/consignor') },
        { kind: 'group', legend: 'Consignee', fields: actorFields('/data/consignee') },
        { kind: 'group', legend: 'Carrier', fields: actorFields('/data/carrier') },
        {
          kind: 'rows',
          at: '/data/places',
          legend: 'Places of the arrival',
          hint: 'Of a shipment that arrived; in the order reached.',
          one: 'Place',
          fields: placeFields('', 'always'),
        },
      ],
    },
    sourceRows,
  ],
};
