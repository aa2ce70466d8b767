import pMap from 'p-map';
import {
  type Claim,
  claimOfEvent,
  claimOfLink,
  claimOfStatement,
  type LinkedRelation,
} from '../../domain/claims/claim.ts';
import { type SaidIn, silentParties } from '../../domain/claims/silence.ts';
import { isEventId } from '../../domain/record/links.ts';
import type { RecordState, RecordVersion } from '../../domain/record/record-version.ts';
import { statementsOf } from '../../domain/record/statements.ts';
import { type Links, linksOf } from '../../domain/record/summary.ts';
import { UNFILTERED } from '../../projector/timeline-store.ts';
import type { ClaimsFound } from '../../web/components/claims-panel.ts';
import type { ContradictionItem } from '../../web/components/contradiction.ts';
import type { AppContext } from '../protocol/context.ts';
import { type ClaimsState, presentClaimsState } from './claims-state.ts';
import { readContradictions } from './read-contradictions.ts';

/** Statements and linked events that are read for one record, and its events that are looked at, the latest first. */
const [CLAIMS_MAX, EVENTS_MAX] = [100, 200];
/** Events that are read from the log at the same time. */
const READS_MAX = 8;

/** A record, or one event of it. */
export interface ClaimsSubject {
  readonly stream: string;
  /** Id of the event; undefined for the record as a whole. */
  readonly event: string | undefined;
}

/** A statement, with what it is about. */
type StatementAbout = SaidIn & { readonly about: string };

/** Returns who affirms and who denies a record or an event, who is silent, and what contradicts what. */
export async function readClaims(state: ClaimsState, { stream, event }: ClaimsSubject): Promise<ClaimsFound> {
  const record = await state.records.record(stream);
  const chosen = event === undefined ? [...record.versions.values()] : [record.versions.get(event)];
  const all = chosen.filter((version) => version !== undefined);
  const versions = all.slice(-EVENTS_MAX);
  const keys = [stream, ...versions.flatMap((version) => namesOf(version, record))];
  const { statements, isCut } = await statementsAbout(state, keys);
  const linked = await linkedClaims(state, versions);
  const said = statements.map(({ version, said, about }) => claimOfStatement(version, said, about));
  const others = linked.filter((link) => !said.some((claim) => claim.event === link.event));
  const claims = [...versions.map(claimOfEvent).filter((claim) => claim !== undefined), ...said, ...others];
  return {
    claims,
    silent: silentParties(versions, statements),
    contradictions: await contradictionsOf(state, keys),
    isComplete: all.length === versions.length && !isCut && linked.length < CLAIMS_MAX,
  };
}

/** Returns the claims in the present state; undefined while the projections are being built, or are behind. */
export async function presentClaims(
  context: AppContext,
  subject: ClaimsSubject,
): Promise<ClaimsFound | undefined> {
  const state = await presentClaimsState(context);
  return state && readClaims(state, subject);
}

/** The ids that mean an event: its own and those of its corrections. */
function namesOf({ event }: RecordVersion, { originals }: RecordState): readonly string[] {
  return [...originals].filter(([, original]) => original === event.id).map(([name]) => name);
}

async function statementsAbout(
  { statements, records, asOf }: ClaimsState,
  keys: readonly string[],
): Promise<{ readonly statements: readonly StatementAbout[]; readonly isCut: boolean }> {
  const query = { ...UNFILTERED, order: 'asc', limit: CLAIMS_MAX, asOf: asOf.ordinal } as const;
  const found = keys.flatMap((about) => {
    return statements
      .page(about, query)
      .entries.map((json) => ({ ...(JSON.parse(json) as StatementId), about }));
  });
  const shown = found.slice(0, CLAIMS_MAX);
  const read = await pMap(
    shown,
    async ({ id, statement, about }) => {
      const version = await records.version(id);
      const said = version && statementsOf(version).find(({ key }) => key === statement);
      return said && { version, said, about };
    },
    { concurrency: READS_MAX },
  );
  return { statements: read.filter((each) => each !== undefined), isCut: found.length >= CLAIMS_MAX };
}

interface StatementId {
  readonly id: string;
  readonly statement: string;
}

/** The lists of links that let another event speak about one. */
const SPEAKING_LINKS: { readonly [List in keyof Links]?: LinkedRelation } = {
  contradicts: 'contradicts',
  contradictedBy: 'contradicts',
  corroborates: 'corroborates',
  corroboratedBy: 'corroborates',
  respondsTo: 'responds-to',
  respondedToBy: 'responds-to',
};

async function linkedClaims(
  { records }: ClaimsState,
  versions: readonly RecordVersion[],
): Promise<readonly Claim[]> {
  const ends = new Map<string, { relation: LinkedRelation; end: string; about: string }>();
  for (const version of versions) {
    for (const [list, linked] of Object.entries(linksOf(version))) {
      const relation = SPEAKING_LINKS[list as keyof Links];
      if (relation === undefined) continue;
      for (const end of linked) ends.set(`${relation} ${end}`, { relation, end, about: version.event.id });
    }
  }
  const claims = await pMap(
    [...ends.values()].slice(0, CLAIMS_MAX),
    async ({ relation, end, about }) => {
      const version = isEventId(end)
        ? await records.version(end)
        : [...(await records.record(end)).versions.values()].find(({ status }) => status !== 'retracted');
      return version && claimOfLink(version, relation, about);
    },
    { concurrency: READS_MAX },
  );
  return claims.filter((claim) => claim !== undefined);
}

/** Returns the candidates that have one of the names as an end, each once. */
async function contradictionsOf(
  state: ClaimsState,
  names: readonly string[],
): Promise<readonly ContradictionItem[]> {
  const query = { ...UNFILTERED, order: 'desc', limit: CLAIMS_MAX, asOf: state.asOf.ordinal } as const;
  const entries = new Set(names.flatMap((name) => state.contradictions.page(name, query).entries));
  const items = await readContradictions(state, [...entries]);
  const ends = new Set(names);
  const unique = new Map(
    items.map((item) => [`${item.claim.event} ${item.claim.statement} ${item.about}`, item]),
  );
  return [...unique.values()].filter(({ claim, about }) => ends.has(claim.event) || ends.has(about));
}
