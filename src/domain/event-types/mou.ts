import { z } from 'zod';
import { type Actor, actor } from '../fields/actor.ts';
import { amount } from '../fields/amount.ts';
import { issue } from '../fields/field-error.ts';
import { labelled, ofKind } from '../fields/field-kind.ts';
import { date, dateNotes, line, listOf, name, text, topic } from '../fields/field-schemas.ts';
import { goods } from '../fields/goods.ts';
import { place } from '../fields/place.ts';
import { limits } from '../values/limits.ts';
import { enumerate } from '../values/text.ts';
import { type CountryRole, defineEventType, type Step, type Warning } from './define-event-type.ts';

const INSTRUMENTS = {
  mou: 'Memorandum of understanding',
  'letter-of-intent': 'Letter of intent',
  'framework-agreement': 'Framework agreement',
  'joint-statement': 'Joint statement',
  treaty: 'Treaty',
  contract: 'Contract',
} as const;

type Instrument = keyof typeof INSTRUMENTS;

const parties = listOf(actor, limits.itemsMax);

const signatory = ofKind(
  'signatory',
  z.strictObject({
    person: name.meta({ title: 'Person' }),
    capacity: name.meta({ title: 'Capacity', description: 'The office held.' }).exactOptional(),
    party: name.meta({ title: 'Party', description: 'The name of one of the parties.' }),
  }),
);

const commitment = ofKind(
  'commitment',
  z.strictObject({
    party: name
      .meta({ title: 'Party', description: 'Who commits to it; all parties when absent.' })
      .exactOptional(),
    text: text(limits.textCharsMax).meta({ title: 'Text' }),
  }),
);

/** Fields of every type of the category. */
const terms = {
  commitments: listOf(commitment, limits.itemsMax).meta({ title: 'Commitments' }).exactOptional(),
  amounts: listOf(amount, limits.itemsMax).meta({ title: 'Amounts' }).exactOptional(),
  goods: goods.meta({ title: 'Goods' }).exactOptional(),
  topics: listOf(topic).meta({ title: 'Topics' }).exactOptional(),
  ...dateNotes,
};

const signed = z
  .strictObject({
    title: line.meta({ title: 'Title' }),
    instrument: labelled(INSTRUMENTS).meta({ title: 'Instrument' }),
    binding: z.boolean().meta({ title: 'Binding' }).exactOptional(),
    parties: parties.min(2).meta({ title: 'Parties' }),
    signatories: listOf(signatory, limits.itemsMax).meta({ title: 'Signed by' }).exactOptional(),
    place: place.meta({ title: 'Place' }).exactOptional(),
    subject: line.meta({
      title: 'Subject',
      description: 'Completes “on …”, such as “the development of critical minerals”.',
    }),
    ...terms,
  })
  .check(refuseUnknownParties);

const laterStep = {
  parties: parties
    .meta({ title: 'Parties', description: 'Those that joined with this step.' })
    .exactOptional(),
  ...terms,
};

const amended = z.strictObject({
  amendment: text(limits.textCharsMax).meta({ title: 'Amendment' }),
  ...laterStep,
});
const enteredIntoForce = z.strictObject({
  inForceFrom: date.meta({ title: 'In force from', description: 'EDTF.' }),
  ...laterStep,
});
const terminated = z.strictObject({
  terminatedOn: date.meta({ title: 'Terminated on', description: 'EDTF.' }),
  reason: line.meta({ title: 'Reason' }).exactOptional(),
  ...laterStep,
});

type Signed = z.infer<typeof signed>;
type Parties = { parties?: readonly Actor[] };
/** The fields that the headline of a later step may take from the signing. */
type Inherited = Parties & { instrument?: Instrument; subject?: string };

const agreement = { category: 'mou', lane: 'Agreements', version: 1 } as const;

export const mouSigned = defineEventType({
  ...agreement,
  name: 'MouSigned',
  label: 'Signing',
  description: 'A memorandum of understanding, treaty or other agreement is signed.',
  data: signed,
  headline: (mou: Signed) => `${whatAndWho(mou, 'signed')}, on ${mou.subject}`,
  countries: (mou) => [
    ...partyCountries(mou),
    ...(mou.place === undefined ? [] : [[mou.place.country, 'host'] as const]),
  ],
  example: {
    occurred: '2025-09-08',
    data: {
      title: 'Memorandum of understanding on critical minerals',
      instrument: 'mou',
      parties: [
        { name: 'US Strategic Metals', kind: 'company', country: 'US' },
        { name: 'Frontier Works Organization', kind: 'government-body', country: 'PK' },
      ],
      subject: 'the development of critical minerals',
      topics: ['critical-minerals'],
    },
  },
});

export const mouAmended = defineEventType({
  ...agreement,
  name: 'MouAmended',
  label: 'Amendment',
  description: 'The parties change what was agreed.',
  data: amended,
  inherits: true,
  headline: (mou: z.infer<typeof amended> & Inherited) => `${whatAndWho(mou, 'amended')}; ${mou.amendment}`,
  countries: partyCountries,
  warnings: stepWithoutSigning,
  example: { occurred: '2025-11-01', data: { amendment: 'The refinery will be built in Karachi.' } },
});

export const mouEnteredIntoForce = defineEventType({
  ...agreement,
  name: 'MouEnteredIntoForce',
  label: 'Entry into force',
  description: 'The agreement begins to bind its parties.',
  data: enteredIntoForce,
  inherits: true,
  headline: (mou: z.infer<typeof enteredIntoForce> & Inherited) =>
    `${whatAndWho(mou, 'in force')}, from ${mou.inForceFrom}`,
  countries: partyCountries,
  warnings: stepWithoutSigning,
  example: { occurred: '2025-11-15', data: { inForceFrom: '2025-11-15' } },
});

export const mouTerminated = defineEventType({
  ...agreement,
  name: 'MouTerminated',
  label: 'Termination',
  description: 'The agreement ends.',
  data: terminated,
  inherits: true,
  headline: (mou: z.infer<typeof terminated> & Inherited) => {
    const reason = mou.reason === undefined ? '' : `; ${mou.reason}`;
    return `${whatAndWho(mou, 'terminated')}, on ${mou.terminatedOn}${reason}`;
  },
  countries: partyCountries,
  warnings: stepWithoutSigning,
  example: { occurred: '2025-12-31', data: { terminatedOn: '2025-12-31' } },
});

function whatAndWho(mou: Inherited, step: string): string {
  const what = mou.instrument === undefined ? 'Agreement' : INSTRUMENTS[mou.instrument];
  const who = enumerate((mou.parties ?? []).map((party) => party.name));
  return who === '' ? `${what} ${step}` : `${what} ${step}: ${who}`;
}

function partyCountries({ parties = [] }: Parties): readonly CountryRole[] {
  return parties.flatMap(({ country }) => (country === undefined ? [] : [[country, 'party'] as const]));
}

/** Reporting is partial, so a step may be recorded before the signing. */
function stepWithoutSigning({ has }: Step<unknown>): readonly Warning[] {
  if (has(mouSigned.name)) return [];
  return [{ code: 'step-without-signing', detail: 'No signing is recorded for this agreement.' }];
}

function refuseUnknownParties(field: z.core.ParsePayload<Signed>): void {
  const { parties, signatories = [], commitments = [] } = field.value;
  const known = new Set(parties.map((party) => party.name));
  const refuse = (party: string | undefined, path: PropertyKey[]) => {
    if (party === undefined || known.has(party)) return;
    field.issues.push(issue(party, 'unknown-party', 'Expected the name of one of the parties.', path));
  };
  signatories.forEach(({ party }, index) => {
    refuse(party, ['signatories', index, 'party']);
  });
  commitments.forEach(({ party }, index) => {
    refuse(party, ['commitments', index, 'party']);
  });
}
