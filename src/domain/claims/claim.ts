import type { SpeechAct } from '../event-types/statement.ts';
import type { RecordVersion } from '../record/record-version.ts';
import { type Statement, speechActOf } from '../record/statements.ts';
import { headline, type Occurrence, occurrenceOf } from '../record/summary.ts';
import { type AttributionChain, chainsOfSources, chainsOfStatement } from './attribution-chain.ts';
import { type Stance, stanceOf } from './stance.ts';

/** How a link between two events, in either direction, lets one speak about the other. */
export type LinkedRelation = 'contradicts' | 'corroborates' | 'responds-to';

/** What somebody says about a record or an event. A retracted claim stays readable, and no longer counts. */
export interface Claim {
  readonly stance: Stance;
  /** The event's own sources report it, a statement is about it, or a person linked another event to it. */
  readonly basis: 'source' | 'statement' | 'link';
  /** The id of an event or the name of a record. */
  readonly about: string;
  /** Id of the event that makes the claim. */
  readonly event: string;
  readonly stream: string;
  readonly type: string;
  readonly headline: string;
  readonly occurred: Occurrence;
  /** Key of the statement. */
  readonly statement?: string;
  readonly speechAct?: SpeechAct;
  readonly text?: Statement['text'];
  readonly quoted?: Statement['quoted'];
  readonly relation?: LinkedRelation;
  /** From those who said it over those who relayed it to the outlets. */
  readonly chains: readonly AttributionChain[];
  readonly status: RecordVersion['status'];
  readonly position: string;
  /** RFC 3339. */
  readonly recordedAt: string;
}

/** The claim that an event happened as recorded. Undefined if it has no sources, as its content was removed. */
export function claimOfEvent(version: RecordVersion): Claim | undefined {
  if (version.sources.length === 0) return undefined;
  return {
    ...claimedBy(version),
    stance: 'affirms',
    basis: 'source',
    about: version.event.id,
    chains: chainsOfSources(version.sources),
  };
}

export function claimOfStatement(version: RecordVersion, said: Statement, about: string): Claim {
  return {
    ...claimedBy(version),
    stance: stanceOf(said),
    basis: 'statement',
    about,
    statement: said.key,
    speechAct: speechActOf(said),
    text: said.text,
    quoted: said.quoted,
    chains: chainsOfStatement(said, version.sources),
  };
}

const STANCE_OF_RELATION: { readonly [Relation in LinkedRelation]: Stance } = {
  contradicts: 'denies',
  corroborates: 'affirms',
  'responds-to': 'mentions',
};

/** The claim of an event that a person linked. A link says the same about both of its ends. */
export function claimOfLink(version: RecordVersion, relation: LinkedRelation, about: string): Claim {
  return {
    ...claimedBy(version),
    stance: STANCE_OF_RELATION[relation],
    basis: 'link',
    about,
    relation,
    chains: chainsOfSources(version.sources),
  };
}

function claimedBy(version: RecordVersion) {
  const { event, status } = version;
  return {
    event: event.id,
    stream: event.stream,
    type: version.type as string,
    headline: headline(version),
    occurred: occurrenceOf(version),
    status,
    position: event.position,
    recordedAt: event.recordedAt,
  };
}
