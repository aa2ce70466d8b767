import { z } from 'zod';
import { countryName } from '../countries/countries.ts';
import { actor } from '../fields/actor.ts';
import { amount } from '../fields/amount.ts';
import { labelled } from '../fields/field-kind.ts';
import { country, date, dateNotes, line, listOf, text, topic } from '../fields/field-schemas.ts';
import { goods } from '../fields/goods.ts';
import { countriesAs } from '../fields/role.ts';
import { limits } from '../values/limits.ts';
import { enumerate } from '../values/text.ts';
import { type CountryRole, defineEventType, type Step, type Warning } from './define-event-type.ts';

const INSTRUMENTS = {
  sanctions: 'Sanctions',
  'arms-embargo': 'Arms embargo',
  'asset-freeze': 'Asset freeze',
  'travel-ban': 'Travel ban',
  'export-control': 'Export control',
  'import-restriction': 'Import restriction',
  tariff: 'Tariff',
  'investment-restriction': 'Investment restriction',
  'visa-restriction': 'Visa restriction',
  expulsion: 'Expulsion of diplomats',
  'recall-of-ambassador': 'Recall of the ambassador',
  'severance-of-relations': 'Severance of relations',
  recognition: 'Recognition',
  aid: 'Aid',
  'suspension-of-aid': 'Suspension of aid',
  other: 'Measure',
} as const;

const targets = z.strictObject({
  countries: listOf(country).meta({ title: 'Countries' }).exactOptional(),
  actors: listOf(actor, limits.itemsMax).meta({ title: 'People and organisations' }).exactOptional(),
  goods: goods.meta({ title: 'Goods' }).exactOptional(),
});

/** Fields that a later step may repeat. */
const details = {
  title: line.meta({ title: 'Title' }).exactOptional(),
  imposers: listOf(actor, limits.itemsMax)
    .meta({ title: 'Imposed by', description: 'In a later step: those that take it, if not all do.' })
    .exactOptional(),
  targets: targets.meta({ title: 'Aimed at' }).exactOptional(),
  legalBasis: line.meta({ title: 'Legal basis' }).exactOptional(),
  effectiveFrom: date.meta({ title: 'Effective from', description: 'EDTF.' }).exactOptional(),
  topics: listOf(topic).meta({ title: 'Topics' }).exactOptional(),
  ...dateNotes,
};

const imposed = z.strictObject({
  ...details,
  instrument: labelled(INSTRUMENTS).meta({ title: 'Instrument' }),
  imposers: listOf(actor, limits.itemsMax).min(1).meta({ title: 'Imposed by' }),
  amounts: listOf(amount, limits.itemsMax)
    .meta({ title: 'Amounts', description: 'Such as the amount of aid.' })
    .exactOptional(),
  until: date.meta({ title: 'Until', description: 'EDTF.' }).exactOptional(),
});
const eased = z.strictObject({
  change: text(limits.textCharsMax).meta({ title: 'Change', description: 'What is eased.' }),
  ...details,
});
const lifted = z.strictObject({ ...details, reason: line.meta({ title: 'Reason' }).exactOptional() });

const shared = z.strictObject(details);
type Details = z.infer<typeof shared>;
/** The field that the headline of a later step takes from the first event. */
type Inherited = { instrument?: keyof typeof INSTRUMENTS };

const measure = { category: 'measure', lane: 'Measures', version: 1 } as const;
const laterMeasureStep = {
  ...measure,
  inherits: true,
  ownFields: ['amounts', 'until', 'effectiveFrom'],
  countries: countriesOf,
  isPartial: concernsSome,
  warnings: stepWithoutImposition,
} as const;

export const measureImposed = defineEventType({
  ...measure,
  name: 'MeasureImposed',
  label: 'Measure imposed',
  description:
    'Sanctions, an embargo, an export control, a tariff, an expulsion; or a recognition, or aid that is granted.',
  data: imposed,
  headline: (details: z.infer<typeof imposed>) =>
    headlineOf(isGrant(details) ? 'granted' : 'imposed', details),
  countries: countriesOf,
  chronology: { order: 0 },
  example: {
    occurred: '2025-10-09',
    data: {
      instrument: 'export-control',
      imposers: [{ name: 'Ministry of Commerce', kind: 'government-body', country: 'CN' }],
      targets: { goods: [{ description: 'rare-earth technology' }] },
      topics: ['rare-earths', 'export-controls'],
    },
  },
});

export const measureEased = defineEventType({
  ...laterMeasureStep,
  name: 'MeasureEased',
  label: 'Measure eased',
  description: 'A measure is loosened, or exceptions from it are granted.',
  data: eased,
  headline: (details: z.infer<typeof eased> & Inherited) =>
    `${headlineOf('eased', details)}; ${details.change}`,
  chronology: { order: 1 },
  example: { occurred: '2025-11-10', data: { change: 'General licences for civilian uses.' } },
});

export const measureLifted = defineEventType({
  ...laterMeasureStep,
  name: 'MeasureLifted',
  label: 'Measure lifted',
  description: 'A measure ends, or is suspended.',
  data: lifted,
  headline: (details: z.infer<typeof lifted> & Inherited) => {
    const reason = details.reason === undefined ? '' : `; ${details.reason}`;
    return `${headlineOf(isGrant(details) ? 'ended' : 'lifted', details)}${reason}`;
  },
  chronology: { order: 1 },
  example: { occurred: '2025-12-01', data: {} },
});

/** Aid and recognition are granted rather than imposed. */
function isGrant({ instrument }: Inherited): boolean {
  return instrument === 'aid' || instrument === 'recognition';
}

function headlineOf(
  step: string,
  { title, instrument = 'other', imposers = [], targets }: Details & Inherited,
): string {
  const what = title ?? INSTRUMENTS[instrument];
  const by = imposers.length === 0 ? '' : ` by ${enumerate(imposers.map(({ name }) => name))}`;
  const { countries = [], actors = [], goods = [] } = targets ?? {};
  const aims = [
    ...countries.map(countryName),
    ...actors.map(({ name }) => name),
    ...goods.map(({ description }) => description),
  ];
  return `${what} ${step}${by}${aims.length === 0 ? '' : `: ${enumerate(aims)}`}`;
}

function countriesOf({ imposers = [], targets = {} }: Details): readonly CountryRole[] {
  const { countries = [], actors = [] } = targets;
  return [
    ...countriesAs('imposer', ...imposers),
    ...countries.map((country) => [country, 'target'] as const),
    ...countriesAs('target', ...actors),
  ];
}

/** True if a later step names its imposers, or the countries or actors that it is aimed at. */
function concernsSome({ imposers, targets }: Details): boolean {
  return imposers !== undefined || targets?.countries !== undefined || targets?.actors !== undefined;
}

/** Reporting is partial, so a step may be recorded before the measure was. */
function stepWithoutImposition({ has }: Step<unknown>): readonly Warning[] {
  if (has(measureImposed.name)) return [];
  return [{ code: 'step-without-imposition', detail: 'No imposition is recorded for this measure.' }];
}
