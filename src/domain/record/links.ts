import { type ContentTypeName, findContentType } from '../event-types/registry.ts';
import type { CurationEvent } from '../events/event.ts';
import {
  type CuratedLink,
  type InboundLink,
  type RecordLink,
  type RecordState,
  type RecordVersion,
  renewed,
  replaced,
} from './record-version.ts';

/*
 * The links of a record: those that it makes, and those that others make to it. A link is recorded at one of its ends
 * only. For the other end, `linkChangeOf` says what an event changes there, and `withInbound` applies it.
 */

type Versions = RecordState['versions'];
type Links = RecordState['links'];

export function addLink(state: RecordState, event: CurationEvent<'RecordLinked'>): RecordState {
  const { from, to, relation } = event.data;
  const original = from === state.stream ? undefined : state.originals.get(from);
  if (original === undefined && from !== state.stream) return state;
  const link = { relation, to, toRecord: recordOf(event), linkedBy: event.id, from: original };
  const links = new Map(state.links).set(event.id, link);
  return { ...state, links, versions: relinked(state.versions, links, original) };
}

export function withdrawLink(state: RecordState, event: CurationEvent<'LinkWithdrawn'>): RecordState {
  const withdrawn = state.links.get(event.data.withdraws);
  if (withdrawn === undefined) return state;
  const links = new Map(state.links).set(event.data.withdraws, undefined);
  return { ...state, links, versions: relinked(state.versions, links, withdrawn.from) };
}

/** Gives the current links to the version of one event or, without `original`, to all versions. */
function relinked(versions: Versions, links: Links, original: string | undefined): Versions {
  const changes = new Map<string, RecordVersion>();
  for (const [id, version] of versions) {
    if (original !== undefined && id !== original) continue;
    changes.set(id, renewed(version, { links: ownLinks(id, version.type, version.data, links) }));
  }
  return replaced(versions, changes);
}

/** Returns the links that the payload states, then those made by people, in the order of recording. */
export function ownLinks(
  id: string,
  type: ContentTypeName,
  data: unknown,
  links: Links,
): readonly RecordLink[] {
  const stated: RecordLink[] = (findContentType(type)?.implements?.(data) ?? []).map((to) => ({
    relation: 'implements',
    to,
  }));
  for (const curated of links.values()) {
    if (curated === undefined || (curated.from !== undefined && curated.from !== id)) continue;
    const { relation, to, linkedBy } = curated;
    stated.push({ relation, to, linkedBy });
  }
  return stated;
}

/**
 * Sets the links to the record or to one of its events. They are recorded elsewhere in the log, so the fold of the
 * record alone does not know them.
 */
export function withInbound(state: RecordState, target: string, links: readonly InboundLink[]): RecordState {
  const next = { ...state, inbound: new Map(state.inbound).set(target, links) };
  const original = state.originals.get(target);
  const ids = target === state.stream ? [...state.versions.keys()] : original === undefined ? [] : [original];
  const changes = new Map<string, RecordVersion>();
  for (const id of ids) {
    const version = state.versions.get(id);
    if (version !== undefined)
      changes.set(id, renewed(version, { inbound: inboundOf(idsOfEvent(id, next), next) }));
  }
  return { ...next, versions: replaced(next.versions, changes) };
}

/** Returns the ids that mean an event: its own and those of its corrections. */
export function idsOfEvent(id: string, { originals }: RecordState): readonly string[] {
  return [...originals].filter(([, original]) => original === id).map(([name]) => name);
}

const NOT_LINKED: readonly InboundLink[] = [];

export function inboundOf(ids: readonly string[], { stream, inbound }: RecordState): readonly InboundLink[] {
  if (inbound.size === 0) return NOT_LINKED;
  const links = [stream, ...ids].flatMap((target) => inbound.get(target) ?? []);
  return links.filter(({ isWithdrawn }) => !isWithdrawn);
}

/** Returns the record of the target; undefined for an event that was not in the log when the link was recorded. */
function recordOf({ data: { to }, linkedStream }: CurationEvent<'RecordLinked'>): string | undefined {
  return isEventId(to) ? linkedStream : to;
}

/** Distinguishes the id of an event from the name of a record, whose category has letters only. */
export function isEventId(reference: string): boolean {
  return /^[\da-f]{8}-/.test(reference);
}

/** A link that an event makes or withdraws, for its target. */
export interface LinkChange {
  /** The name of a record or the id of an event. */
  readonly target: string;
  /** The record of the target, if it is known. */
  readonly record: string | undefined;
  readonly link: InboundLink;
}

/**
 * Returns the links that an event makes or ends: the link that it states or withdraws, or those of the event that it
 * retracts. A link of a whole record ends when the last event of the record is retracted. What has ended stays so.
 *
 * @param before the state of the event's record before it
 * @param after the state after it
 */
export function linkChangesOf(before: RecordState, after: RecordState): readonly LinkChange[] {
  if (after.links.size === 0) return NO_CHANGES;
  const changes: LinkChange[] = [];
  for (const [id, current] of after.links) {
    const old = before.links.get(id);
    const link = current ?? old;
    if (link === undefined || (old === undefined && before.links.has(id))) continue;
    const [was, is] = [isInEffect(old, before), isInEffect(current, after)];
    if (was === is || (is && old !== undefined)) continue;
    const { relation, to, toRecord, linkedBy, from = after.stream } = link;
    changes.push({ target: to, record: toRecord, link: { relation, from, linkedBy, isWithdrawn: !is } });
  }
  return changes;
}

const NO_CHANGES: readonly LinkChange[] = [];

/** False for a link that was withdrawn, and for one of an event, or of a record, that was retracted. */
function isInEffect(link: CuratedLink | undefined, { versions }: RecordState): boolean {
  if (link === undefined) return false;
  if (link.from !== undefined) return versions.get(link.from)?.status !== 'retracted';
  return versions.size === 0 || [...versions.values()].some(({ status }) => status !== 'retracted');
}
