import { shipmentAnnounced, shipmentArrived, shipmentDispatched } from '../../domain/event-types/shipment.ts';
import type { FormField, RecordForm } from './form-field.ts';
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

const step: FormField = {
  kind: 'group',
  legend: 'Shipment',
  fields: [
    {
      kind: 'choice',
      pointer: '/type',
      label: 'Step',
      options: [
        [shipmentAnnounced.name, 'announcement'],
        [shipmentDispatched.name, 'dispatch'],
        [shipmentArrived.name, 'arrival'],
      ],
      defaultValue: shipmentAnnounced.name,
    },
    recordField('shipment-ussm-samples-2025'),
  ],
};

export const shipmentForm: RecordForm = {
  path: 'shipment',
  title: 'Add a shipment',
  lead:
    'One step of a shipment: its announcement, dispatch or arrival. ' +
    'Later steps inherit what they leave empty from the first step.',
  fields: [
    step,
    dateGroup,
    { ...goodsRows, rowsMin: 1 },
    { kind: 'group', legend: 'Origin', fields: placeFields('/data/origin') },
    { kind: 'group', legend: 'Destination', fields: placeFields('/data/destination') },
    {
      kind: 'group',
      legend: 'Details',
      fields: [
        topicsField,
        {
          kind: 'list',
          pointer: '/data/implements',
          label: 'Agreements',
          hint:
            'Names of the records that the shipment implements, separated by commas, for example mou-ussm-fwo-2025. ' +
            'Enter “none” if the source says that there is none. Leave empty if it is unknown.',
          emptyKeyword: 'none',
        },
        {
          kind: 'choice',
          pointer: '/data/mode',
          label: 'Transport',
          options: optionsOf(shipmentAnnounced.data.shape.mode.unwrap()),
        },
        {
          kind: 'line',
          pointer: '/data/expectedOn',
          label: 'Expected arrival',
          hint: 'A date, as above. Only for a shipment that has not arrived.',
        },
      ],
    },
    {
      kind: 'group',
      legend: 'Consignor, consignee, carrier, payments and places of arrival',
      isCollapsed: true,
      fields: [
        { kind: 'group', legend: 'Consignor', fields: actorFields('/data/consignor') },
        { kind: 'group', legend: 'Consignee', fields: actorFields('/data/consignee') },
        { kind: 'group', legend: 'Carrier', fields: actorFields('/data/carrier') },
        amountRows('/data/payments', 'Payments'),
        {
          kind: 'rows',
          pointer: '/data/places',
          legend: 'Places of arrival',
          hint: 'Only for an arrival; in the order reached.',
          rowLabel: 'Place',
          fields: placeFields(''),
        },
      ],
    },
    sourceRows,
  ],
};
