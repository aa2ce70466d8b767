import pMap from 'p-map';
import { type Claim, claimOfEvent, claimOfStatement } from '../../domain/claims/claim.ts';
import { actsWithStance } from '../../domain/claims/stance.ts';
import { isEventId } from '../../domain/record/links.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import { statementsOf } from '../../domain/record/statements.ts';
import { UNFILTERED } from '../../projector/timeline-store.ts';
import type { ContradictionItem } from '../../web/components/contradiction.ts';
import type { ClaimsState } from './claims-state.ts';

/** Events of a record, and statements, that are listed against one denial. */
const AGAINST_MAX = 3;
/** Events that are read from the log at the same time. */
const READS_MAX = 8;

/** An entry of the timelines of candidates. */
interface ContradictionEntry {
  readonly id: string;
  readonly contradicts: readonly Omit<Candidate, 'event'>[];
}

interface Candidate extends Pick<ContradictionItem, 'kind' | 'state'> {
  /** Id of the event. */
  readonly event: string;
  /** Key of the statement that denies. */
  readonly statement?: string;
  /** The id of an event or the name of a record. */
  readonly against: string;
}

/**
 * Reads both sides of candidates. A denial of what nobody affirms, as its event was retracted or is not recorded and no
 * statement affirms it, contradicts nothing and is left out.
 *
 * @param entries of a timeline of candidates, as JSON
 */
export async function readContradictions(
  state: ClaimsState,
  entries: readonly string[],
): Promise<readonly ContradictionItem[]> {
  const candidates = entries.flatMap((json): readonly Candidate[] => {
    const { id, contradicts } = JSON.parse(json) as ContradictionEntry;
    return contradicts.map((candidate) => ({ ...candidate, event: id }));
  });
  const items = await pMap(candidates, (candidate) => readContradiction(state, candidate), {
    concurrency: READS_MAX,
  });
  return items.filter((item) => item !== undefined);
}

async function readContradiction(
  state: ClaimsState,
  { kind, state: decision, statement, against: about, event }: Candidate,
): Promise<ContradictionItem | undefined> {
  const version = await state.records.version(event);
  const said = version && statementsOf(version).find(({ key }) => key === statement);
  const claim =
    version && (said === undefined ? claimOfEvent(version) : claimOfStatement(version, said, about));
  if (claim === undefined) return undefined;
  const against = await affirmationsOf(state, about, kind === 'denial');
  if (against.length === 0) return undefined;
  const link = { stream: claim.stream, from: event, to: about, relation: 'contradicts' as const };
  return { kind, state: decision, about, claim, against, link };
}

/** Returns who affirms a record or an event: its own sources, and statements about it. */
async function affirmationsOf(
  state: ClaimsState,
  about: string,
  isDenied: boolean,
): Promise<readonly Claim[]> {
  const versions = isEventId(about)
    ? [await state.records.version(about)]
    : [...(await state.records.record(about)).versions.values()];
  const standing = versions.filter((version) => version !== undefined && version.status !== 'retracted');
  const events = standing.slice(-AGAINST_MAX).map((version) => claimOfEvent(version as RecordVersion));
  const statements = isDenied ? await affirmingStatements(state, about) : [];
  return [...events, ...statements].filter((claim) => claim !== undefined);
}

async function affirmingStatements(
  { statements, records, asOf }: ClaimsState,
  about: string,
): Promise<readonly Claim[]> {
  const speechActs = actsWithStance('affirms');
  const query = { ...UNFILTERED, speechActs, order: 'desc', limit: AGAINST_MAX, asOf: asOf.ordinal } as const;
  const found = statements.page(about, query).entries.map((json) => JSON.parse(json) as StatementId);
  const claims = await pMap(found, async ({ id, statement }) => {
    const affirmed = await records.statement(id, statement);
    if (affirmed === undefined || affirmed.version.status === 'retracted') return undefined;
    return claimOfStatement(affirmed.version, affirmed.said, about);
  });
  return claims.filter((claim) => claim !== undefined);
}

/** What an entry of the timelines of statements stands for. */
export interface StatementId {
  readonly id: string;
  readonly statement: string;
}
