import { z } from 'zod';
import { STANCES } from '../../domain/claims/stance.ts';
import { statement } from '../../domain/event-types/statement.ts';
import { actor } from '../../domain/fields/actor.ts';
import { asOf, next, occurrence, status } from './shared.ts';

const chainStep = z.object({
  role: z.enum(['speaker', 'relay', 'outlet']),
  actors: z.array(
    z.object({
      ...actor.pick({ country: true, identifiers: true }).shape,
      name: z.string(),
      kind: z.string().exactOptional(),
      anonymity: z.string().exactOptional(),
      url: z.string().exactOptional(),
    }),
  ),
});

const about = z.string().meta({ description: 'Id of an event, or name of a record.' });

const claimAnswer = z
  .object({
    stance: z.enum(STANCES).meta({ description: 'What it says of what it is about.' }),
    basis: z.enum(['source', 'statement', 'link']).meta({
      description: 'A source of the event, a statement about it, or an event that a person linked to it.',
    }),
    about,
    event: z.string().meta({ description: 'Id of the event that makes the claim.' }),
    stream: z.string(),
    type: z.string(),
    headline: z.string(),
    occurred: occurrence,
    statement: z.string().exactOptional().meta({ description: 'Key of the statement.' }),
    speechAct: z.string().exactOptional(),
    text: statement.shape.text.exactOptional(),
    quoted: z.enum(['verbatim', 'paraphrase']).exactOptional(),
    relation: z.enum(['contradicts', 'corroborates', 'responds-to']).exactOptional(),
    chains: z
      .array(z.array(chainStep))
      .meta({ description: 'From the speaker over those who relayed it to the outlets that were read.' }),
    status,
    position: z.string(),
    recordedAt: z.string(),
  })
  .meta({
    id: 'Claim',
    description: 'What somebody says about an event or a record. Retracted ones do not count.',
  });

const contradictionAnswer = z
  .object({
    kind: z.enum(['denial', 'dates', 'order', 'exclusion']),
    state: z.enum(['open', 'confirmed']),
    about,
    claim: claimAnswer,
    against: z.array(claimAnswer).meta({ description: 'Who affirms what the claim is at odds with.' }),
    link: z
      .object({
        stream: z.string(),
        from: z.string(),
        to: z.string(),
        relation: z.literal('contradicts'),
      })
      .meta({
        description:
          'The `RecordLinked` event that would confirm it: its record and its payload but the basis.',
      }),
  })
  .meta({ id: 'Contradiction', description: 'A candidate: a machine asserts no contradiction.' });

const silentParty = z.object({
  key: z.string().meta({ description: 'Code of the country, or key of the actor.' }),
  name: z.string(),
  kind: z.string().meta({ description: '`country`, or the kind of the actor.' }),
  country: z.string().nullable(),
  roles: z.array(z.string()),
});

export const claimsAnswer = z
  .object({
    about,
    asOf,
    claims: z.array(claimAnswer),
    silent: z
      .array(silentParty)
      .meta({ description: 'The parties of whom no statement about it is recorded.' }),
    contradictions: z.array(contradictionAnswer),
    complete: z.boolean().meta({ description: 'False if there are more claims than are sent.' }),
  })
  .meta({ id: 'Claims', description: 'Who affirms and who denies an event or a record, and who is silent.' });

export const contradictionListAnswer = z
  .object({ asOf, contradictions: z.array(contradictionAnswer), next })
  .meta({ id: 'ContradictionList' });
