import { z } from 'zod';
import type { CountryCode } from '../countries/countries.ts';
import { type Actor, actor } from '../fields/actor.ts';
import { amount } from '../fields/amount.ts';
import { issue } from '../fields/field-error.ts';
import { date, dateNotes, line, listOf, name, text, topic } from '../fields/field-schemas.ts';
import { goods } from '../fields/goods.ts';
import { place } from '../fields/place.ts';
import type { Role } from '../fields/role.ts';
import { limits } from '../values/limits.ts';
import { enumerate } from '../values/text.ts';
import { defineEventType } from './define-event-type.ts';

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

/** `party` names one of the parties. */
const signatory = z.strictObject({ person: name, capacity: name.exactOptional(), party: name });

/** Who binds themselves to what; without `party`, all of them. */
const commitment = z.strictObject({ party: name.exactOptional(), text: text(limits.textCharsMax) });

/** What every event of the category may add to the record. */
const terms = {
  commitments: listOf(commitment, limits.itemsMax).exactOptional(),
  amounts: listOf(amount, limits.itemsMax).exactOptional(),
  goods: goods.exactOptional(),
  topics: listOf(topic).exactOptional(),
  ...dateNotes,
};

const signed = z
  .strictObject({
    title: line,
    instrument: z.enum(Object.keys(INSTRUMENTS) as [Instrument, ...Instrument[]]),
    binding: z.boolean().exactOptional(),
    parties: parties.min(2),
    signatories: listOf(signatory, limits.itemsMax).exactOptional(),
    place: place.exactOptional(),
    /** Continues “on …”, such as “the development of critical minerals”. */
    subject: line,
    ...terms,
  })
  .check(refuseUnknownParties);

const laterStep = {
  /** Those who joined with this step. */
  parties: parties.exactOptional(),
  ...terms,
};

const amended = z.strictObject({ amendment: text(limits.textCharsMax), ...laterStep });
const enteredIntoForce = z.strictObject({ inForceFrom: date, ...laterStep });
const terminated = z.strictObject({ terminatedOn: date, reason: line.exactOptional(), ...laterStep });

type Signed = z.infer<typeof signed>;
type Parties = { parties?: readonly Actor[] };
/** What the opening of the record may tell the headline of a later step. */
type Inherited = Parties & { instrument?: Instrument; subject?: string };

/** A memorandum or another agreement is signed. */
export const mouSigned = defineEventType({
  name: 'MouSigned',
  category: 'mou',
  schemaVersion: 1,
  data: signed,
  inherits: false,
  summary: {
    headline: (mou: Signed) => `${subjectLine(mou, 'signed')}, on ${mou.subject}`,
    roles: (mou) => [
      ...partyRoles(mou),
      ...(mou.place === undefined ? [] : [[mou.place.country, 'host'] as const]),
    ],
    topics: topicsOf,
  },
});

export const mouAmended = defineEventType({
  name: 'MouAmended',
  category: 'mou',
  schemaVersion: 1,
  data: amended,
  inherits: true,
  summary: {
    headline: (mou: z.infer<typeof amended> & Inherited) =>
      `${subjectLine(mou, 'amended')}; ${mou.amendment}`,
    roles: partyRoles,
    topics: topicsOf,
  },
});

export const mouEnteredIntoForce = defineEventType({
  name: 'MouEnteredIntoForce',
  category: 'mou',
  schemaVersion: 1,
  data: enteredIntoForce,
  inherits: true,
  summary: {
    headline: (mou: z.infer<typeof enteredIntoForce> & Inherited) =>
      `${subjectLine(mou, 'in force')}, from ${mou.inForceFrom}`,
    roles: partyRoles,
    topics: topicsOf,
  },
});

export const mouTerminated = defineEventType({
  name: 'MouTerminated',
  category: 'mou',
  schemaVersion: 1,
  data: terminated,
  inherits: true,
  summary: {
    headline: (mou: z.infer<typeof terminated> & Inherited) => {
      const reason = mou.reason === undefined ? '' : `; ${mou.reason}`;
      return `${subjectLine(mou, 'terminated')}, on ${mou.terminatedOn}${reason}`;
    },
    roles: partyRoles,
    topics: topicsOf,
  },
});

function subjectLine(mou: Inherited, step: string): string {
  const what = mou.instrument === undefined ? 'Agreement' : INSTRUMENTS[mou.instrument];
  const who = enumerate((mou.parties ?? []).map((party) => party.name));
  return who === '' ? `${what} ${step}` : `${what} ${step}: ${who}`;
}

function partyRoles(mou: Parties): readonly (readonly [CountryCode, Role])[] {
  return (mou.parties ?? []).flatMap(({ country }) =>
    country === undefined ? [] : [[country, 'party'] as const],
  );
}

function topicsOf(mou: { topics?: readonly string[] }): readonly string[] {
  return mou.topics ?? [];
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
