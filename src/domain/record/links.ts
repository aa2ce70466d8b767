import { type ContentTypeName, findContentType } from '../event-types/registry.ts';
import type { CurationEvent, DomainEvent } from '../events/event.ts';
import {
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
      changes.set(id, renewed(version, { inbound: inboundOf(namesOf(id, next), next) }));
  }
  return { ...next, versions: replaced(next.versions, changes) };
}

/** The ids that mean an event: its own and those of its corrections. */
function namesOf(id: string, { originals }: RecordState): readonly string[] {
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

/** Returns the link that an event makes or withdraws. The states are those of its record before and after it. */
export function linkChangeOf(
  event: DomainEvent,
  before: RecordState,
  after: RecordState,
): LinkChange | undefined {
  const id = event.type === 'LinkWithdrawn' ? event.data.withdraws : event.id;
  const [old, current] = [before.links.get(id), after.links.get(id)];
  const link = current ?? old;
  if (link === undefined || current === old) return undefined;
  const { relation, to, toRecord, linkedBy, from = after.stream } = link;
  const isWithdrawn = current === undefined;
  return { target: to, record: toRecord, link: { relation, from, linkedBy, isWithdrawn } };
}
