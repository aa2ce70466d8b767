import { z } from 'zod';
import { type Actor, actor } from '../fields/actor.ts';
import { amount } from '../fields/amount.ts';
import { issue } from '../fields/field-error.ts';
import { labelled, ofKind } from '../fields/field-kind.ts';
import { date, dateNotes, line, listOf, name, text, topic } from '../fields/field-schemas.ts';
import { goods, withQuantityObjects } from '../fields/goods.ts';
import { keyedList } from '../fields/keyed-list.ts';
import { place } from '../fields/place.ts';
import { countriesAs } from '../fields/role.ts';
import { parseEdtf } from '../values/edtf.ts';
import { changeField, isObject, type JsonValue, mapObjects, moveField } from '../values/json.ts';
import { limits } from '../values/limits.ts';
import { enumerate } from '../values/text.ts';
import {
  type CountryRole,
  defineEventType,
  type Step,
  type Upcast,
  type Warning,
} from './define-event-type.ts';

/** Kinds of agreements → their labels. */
export const INSTRUMENTS = {
  mou: 'Memorandum of understanding',
  'letter-of-intent': 'Letter of intent',
  'framework-agreement': 'Framework agreement',
  'joint-statement': 'Joint statement',
  agreement: 'Agreement',
  treaty: 'Treaty',
  convention: 'Convention',
  protocol: 'Protocol',
  'exchange-of-notes': 'Exchange of notes',
  declaration: 'Declaration',
  communique: 'Communiqué',
  contract: 'Contract',
  unknown: 'Instrument of unknown kind',
} as const;

type Instrument = keyof typeof INSTRUMENTS;

/** What one party did about an agreement, in the terms of the UN Treaty Series → the words before its name. */
const PARTICIPATION_ACTS = {
  signed: 'signed by',
  ratified: 'ratified by',
  accepted: 'accepted by',
  approved: 'approved by',
  acceded: 'acceded to by',
  succeeded: 'succeeded to by',
  'provisionally-applied': 'provisionally applied by',
  'entered-into-force-for': 'in force for',
  reserved: 'reservation by',
  objected: 'objection by',
  withdrew: 'withdrawal of',
  denounced: 'denounced by',
} as const;

const RENEWALS = { automatic: 'automatic', 'by-agreement': 'by agreement', none: 'none' } as const;

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
    key: name.meta({ title: 'Key', description: 'Distinguishes the commitment from the others.' }),
    by: name
      .meta({
        title: 'By',
        description: 'The name of the party that commits to it; all parties when absent.',
      })
      .exactOptional(),
    text: text(limits.textCharsMax).meta({ title: 'Text' }),
    due: date.meta({ title: 'Due', description: 'EDTF.' }).exactOptional(),
  }),
);

const term = z.strictObject({
  until: date.meta({ title: 'Until', description: 'EDTF.' }).exactOptional(),
  renewal: labelled(RENEWALS).meta({ title: 'Renewal' }).exactOptional(),
});

/** Fields of every type of the category. */
const terms = {
  term: term.meta({ title: 'Term' }).exactOptional(),
  commitments: keyedList(commitment, limits.itemsMax).meta({ title: 'Commitments' }).exactOptional(),
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
    parties: parties.min(1).meta({ title: 'Parties' }),
    partiesIncomplete: z
      .boolean()
      .meta({ title: 'Parties incomplete', description: 'True if the source does not name all parties.' })
      .exactOptional(),
    signatories: listOf(signatory, limits.itemsMax).meta({ title: 'Signed by' }).exactOptional(),
    witnesses: listOf(actor, limits.itemsMax)
      .meta({ title: 'Witnessed by', description: 'Those present who are not parties.' })
      .exactOptional(),
    place: place.meta({ title: 'Place' }).exactOptional(),
    subject: line
      .meta({
        title: 'Subject',
        description: 'Completes “on …”, such as “the development of critical minerals”.',
      })
      .exactOptional(),
    ...terms,
  })
  .check(refuseUnknownParties);

const laterStep = {
  parties: parties
    .meta({ title: 'Parties', description: 'Those that the step concerns, if it does not concern all.' })
    .exactOptional(),
  ...terms,
};

const amended = z.strictObject({
  amendment: text(limits.textCharsMax).meta({ title: 'Amendment' }),
  ...laterStep,
  parties: parties
    .meta({ title: 'Parties', description: 'Those that join with the amendment.' })
    .exactOptional(),
});
const enteredIntoForce = z.strictObject({
  inForceFrom: date.meta({ title: 'In force from', description: 'EDTF.' }),
  ...laterStep,
});
const renewed = z.strictObject({
  renewedFrom: date.meta({ title: 'Renewed from', description: 'EDTF.' }).exactOptional(),
  ...laterStep,
});
const terminated = z.strictObject({
  terminatedOn: date.meta({ title: 'Terminated on', description: 'EDTF.' }),
  reason: line.meta({ title: 'Reason' }).exactOptional(),
  ...laterStep,
});
const participationChanged = z.strictObject({
  party: actor.meta({ title: 'Party' }),
  act: labelled(PARTICIPATION_ACTS).meta({ title: 'Act', description: 'A term of the UN Treaty Series.' }),
  effectiveFrom: date.meta({ title: 'Effective from', description: 'EDTF.' }).exactOptional(),
  text: text(limits.textCharsMax)
    .meta({ title: 'Text', description: 'Such as the text of a reservation.' })
    .exactOptional(),
  topics: terms.topics,
  ...dateNotes,
});

/** Version 1 had commitments with a `party` and without keys, and goods whose `quantity` was a number. */
const keyedCommitments: Upcast = {
  payload: (older) => changeField(changeField(older, 'goods', withQuantityObjects), 'commitments', withKeys),
};

function withKeys(commitments: JsonValue): JsonValue {
  const areKeyed = Array.isArray(commitments) && commitments.some((each) => isObject(each) && 'key' in each);
  return mapObjects(commitments, (commitment, index) => ({
    ...(!areKeyed && { key: String(index + 1) }),
    ...moveField(commitment, 'party', 'by'),
  }));
}

type Signed = z.infer<typeof signed>;
type Parties = { parties?: readonly Actor[]; partiesIncomplete?: boolean };
/** The fields that the headline of a later step may take from the signing. */
type Inherited = Parties & { instrument?: Instrument; subject?: string };

const agreement = {
  category: 'mou',
  lane: 'Agreements',
  version: 2,
  upcasts: [keyedCommitments],
} as const;

const laterAgreementStep = {
  ...agreement,
  inherits: true,
  countries: partyCountries,
  isPartial: concernsSomeParties,
  ownFields: ['term', 'commitments', 'amounts', 'goods', 'place', 'witnesses', 'signatories'],
  inheritedRoles: ['party'],
} as const;

export const mouSigned = defineEventType({
  ...agreement,
  name: 'MouSigned',
  label: 'Signing',
  description: 'A memorandum of understanding, treaty or other agreement is signed.',
  data: signed,
  headline: (mou: Signed) =>
    mou.subject === undefined ? whatAndWho(mou, 'signed') : `${whatAndWho(mou, 'signed')}, on ${mou.subject}`,
  countries: (mou) => [
    ...partyCountries(mou),
    ...countriesAs('host', mou.place),
    ...countriesAs('mentioned', ...(mou.witnesses ?? [])),
  ],
  warnings: ({ has }) =>
    has('MouSigned')
      ? [{ code: 'second-signing', detail: 'A signing is recorded for this agreement already.' }]
      : [],
  chronology: { order: 0, isSame: () => true },
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
  ...laterAgreementStep,
  name: 'MouAmended',
  label: 'Amendment',
  description: 'The parties change what was agreed.',
  data: amended,
  headline: (mou: z.infer<typeof amended> & Inherited) => `${whatAndWho(mou, 'amended')}; ${mou.amendment}`,
  isPartial: () => false,
  warnings: stepWithoutSigning,
  chronology: { order: 1 },
  example: { occurred: '2025-11-01', data: { amendment: 'The refinery will be built in Karachi.' } },
});

export const mouEnteredIntoForce = defineEventType({
  ...laterAgreementStep,
  name: 'MouEnteredIntoForce',
  label: 'Entry into force',
  description: 'The agreement begins to bind its parties, or those of them that the event names.',
  data: enteredIntoForce,
  headline: (mou: z.infer<typeof enteredIntoForce> & Inherited, forSome) =>
    `${whatAndWho(mou, 'in force', forSome)}, from ${mou.inForceFrom}`,
  warnings: (step) => [...stepWithoutSigning(step), ...forceBeforeSigning(step)],
  chronology: { order: 1, isSame: () => true, dateOf: ({ inForceFrom }) => inForceFrom },
  example: { occurred: '2025-11-15', data: { inForceFrom: '2025-11-15' } },
});

export const mouRenewed = defineEventType({
  ...laterAgreementStep,
  version: 1,
  upcasts: [],
  name: 'MouRenewed',
  label: 'Renewal',
  description: 'The term of the agreement is extended.',
  data: renewed,
  headline: (mou: z.infer<typeof renewed> & Inherited, forSome) => {
    const until = mou.term?.until === undefined ? '' : `, until ${mou.term.until}`;
    return `${whatAndWho(mou, 'renewed', forSome)}${until}`;
  },
  warnings: stepWithoutSigning,
  chronology: { order: 1 },
  example: { occurred: '2025-12-01', data: { term: { until: '2030-12-31', renewal: 'automatic' } } },
});

export const mouTerminated = defineEventType({
  ...laterAgreementStep,
  name: 'MouTerminated',
  label: 'Termination',
  description: 'The agreement ends, for all parties or for those that the event names.',
  data: terminated,
  headline: (mou: z.infer<typeof terminated> & Inherited, forSome) => {
    const reason = mou.reason === undefined ? '' : `; ${mou.reason}`;
    return `${whatAndWho(mou, 'terminated', forSome)}, on ${mou.terminatedOn}${reason}`;
  },
  warnings: stepWithoutSigning,
  chronology: { order: 2, isSame: () => true, dateOf: ({ terminatedOn }) => terminatedOn },
  example: { occurred: '2025-12-31', data: { terminatedOn: '2025-12-31' } },
});

export const mouParticipationChanged = defineEventType({
  category: 'mou',
  lane: 'Agreements',
  version: 1,
  name: 'MouParticipationChanged',
  label: 'Participation',
  description:
    'One party signs, ratifies, joins, leaves or makes a reservation. It says nothing about the others.',
  data: participationChanged,
  inherits: true,
  headline: ({
    party,
    act,
    ...mou
  }: z.infer<typeof participationChanged> & Inherited & { title?: string }) => {
    const what = mou.title ?? instrumentName(mou);
    return `${what}: ${PARTICIPATION_ACTS[act]} ${party.name}`;
  },
  countries: ({ party }) => countriesAs('party', party),
  isPartial: () => true,
  warnings: stepWithoutSigning,
  example: {
    occurred: '2025-12-10',
    data: { party: { name: 'Oman', kind: 'state', country: 'OM' }, act: 'acceded' },
  },
});

/** True if a step names parties, and not all those of the signing. It changes nothing for the others. */
export function concernsSomeParties({ parties = [] }: Parties, opening: unknown): boolean {
  const { parties: all = [] } = opening as Parties;
  if (parties.length === 0) return false;
  return all.length > 0 && all.some((party) => !parties.some((named) => isSameParty(named, party)));
}

type Party = Pick<Actor, 'name' | 'kind' | 'country'>;

/** True for the same name, and for states with the same code, since a state has many names. */
export function isSameParty(a: Party, b: Party): boolean {
  const areStates = a.kind === 'state' && b.kind === 'state' && a.country !== undefined;
  return areStates ? a.country === b.country : a.name === b.name;
}

/** “Treaty signed: A and B”, or “Treaty in force for A” if the step concerns A alone. */
function whatAndWho(mou: Inherited, step: string, forSome = false): string {
  const names = (mou.parties ?? []).map((party) => party.name);
  const who = enumerate(mou.partiesIncomplete === true ? [...names, 'others'] : names);
  if (who === '') return `${instrumentName(mou)} ${step}`;
  return forSome ? `${instrumentName(mou)} ${step} for ${who}` : `${instrumentName(mou)} ${step}: ${who}`;
}

function instrumentName({ instrument = 'agreement' }: Inherited): string {
  return INSTRUMENTS[instrument];
}

function partyCountries({ parties = [] }: Parties): readonly CountryRole[] {
  return countriesAs('party', ...parties);
}

/** Reporting is partial, so a step may be recorded before the signing. */
function stepWithoutSigning({ has }: Step<unknown>): readonly Warning[] {
  if (has(mouSigned.name)) return [];
  return [{ code: 'step-without-signing', detail: 'No signing is recorded for this agreement.' }];
}

function forceBeforeSigning({ data, dateOf }: Step<{ inForceFrom: string }>): readonly Warning[] {
  const signedFrom = dateOf(mouSigned.name)?.earliest;
  const inForceFrom = parseEdtf(data.inForceFrom);
  const latest = inForceFrom.outcome === 'parsed' ? inForceFrom.span.latest : undefined;
  if (signedFrom === undefined || latest === undefined || latest >= signedFrom) return [];
  const detail = `The agreement is in force before it was signed, which was ${signedFrom} at the earliest.`;
  return [{ code: 'force-before-signing', detail, pointer: '/data/inForceFrom' }];
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
  commitments.forEach(({ by }, index) => {
    refuse(by, ['commitments', index, 'by']);
  });
}
