import pMap from 'p-map';
import {
  type Claim,
  claimOfEvent,
  claimOfLink,
  claimOfStatement,
  type LinkedRelation,
} from '../../domain/claims/claim.ts';
import { type SaidIn, silentParties } from '../../domain/claims/silence.ts';
import { idsOfEvent, isEventId } from '../../domain/record/links.ts';
import type { RecordState, RecordVersion } from '../../domain/record/record-version.ts';
import { type Links, linksOf } from '../../domain/record/summary.ts';
import { type TimelineQuery, type TimelineReader, UNFILTERED } from '../../projector/timeline-store.ts';
import type { ClaimsFound } from '../../web/components/claims-panel.ts';
import type { ContradictionItem } from '../../web/components/contradiction.ts';
import type { AppContext } from '../protocol/context.ts';
import { type ClaimsState, presentClaimsState } from './claims-state.ts';
import { readContradictions, type StatementId } from './read-contradictions.ts';

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
  const all = event === undefined ? [...record.versions.values()] : versionsOf(record, event);
  const versions = all.slice(-EVENTS_MAX);
  const names = [stream, ...versions.flatMap(({ event: { id } }) => idsOfEvent(id, record))];
  const about = await statementsAbout(state, names);
  const { statements } = about;
  const linked = await linkedClaims(state, versions);
  const said = statements.map(({ version, said, about }) => claimOfStatement(version, said, about));
  const others = linked.claims.filter((link) => !said.some((claim) => claim.event === link.event));
  const claims = [...versions.map(claimOfEvent).filter((claim) => claim !== undefined), ...said, ...others];
  return {
    claims,
    silent: silentParties(versions, statements),
    contradictions: await contradictionsOf(state, names),
    isComplete: all.length === versions.length && !about.isCut && !linked.isCut,
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

/** Returns the version of an event, or of the event that a correction changes. */
function versionsOf({ versions, originals }: RecordState, event: string): readonly RecordVersion[] {
  const version = versions.get(originals.get(event) ?? event);
  return version === undefined ? [] : [version];
}

async function statementsAbout(
  { statements, records, asOf }: ClaimsState,
  names: readonly string[],
): Promise<{ readonly statements: readonly StatementAbout[]; readonly isCut: boolean }> {
  const found = entriesOf(statements, names, { order: 'asc', asOf: asOf.ordinal }).map(({ json, name }) => {
    return { ...(JSON.parse(json) as StatementId), about: name };
  });
  const shown = found.slice(0, CLAIMS_MAX);
  const read = await pMap(
    shown,
    async ({ id, statement, about }) => {
      const found = await records.statement(id, statement);
      return found && { ...found, about };
    },
    { concurrency: READS_MAX },
  );
  return { statements: read.filter((each) => each !== undefined), isCut: found.length > CLAIMS_MAX };
}

/** Returns the entries of the timelines of some names, one after the other, up to one more than are shown. */
function entriesOf(
  reader: TimelineReader,
  names: readonly string[],
  state: Pick<TimelineQuery, 'order' | 'asOf'>,
): readonly { readonly json: string; readonly name: string }[] {
  const found: { readonly json: string; readonly name: string }[] = [];
  for (const name of names) {
    const limit = CLAIMS_MAX + 1 - found.length;
    if (limit === 0) break;
    const { entries } = reader.page(name, { ...UNFILTERED, ...state, limit });
    found.push(...entries.map((json) => ({ json, name })));
  }
  return found;
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
): Promise<{ readonly claims: readonly Claim[]; readonly isCut: boolean }> {
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
  return { claims: claims.filter((claim) => claim !== undefined), isCut: ends.size > CLAIMS_MAX };
}

/** Returns the candidates that have one of the names as an end, each once. */
async function contradictionsOf(
  state: ClaimsState,
  names: readonly string[],
): Promise<readonly ContradictionItem[]> {
  const found = entriesOf(state.contradictions, names, { order: 'desc', asOf: state.asOf.ordinal });
  const items = await readContradictions(state, [...new Set(found.map(({ json }) => json))]);
  const ends = new Set(names);
  const unique = new Map(
    items.map((item) => [`${item.claim.event} ${item.claim.statement} ${item.about}`, item]),
  );
  return [...unique.values()].filter(({ claim, about }) => ends.has(claim.event) || ends.has(about));
}
