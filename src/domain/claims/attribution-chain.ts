import type { Speaker, Statement } from '../event-types/statement.ts';
import { type Actor, areNamedAlike, endsWithOutlet } from '../fields/actor.ts';
import type { Source } from '../fields/source.ts';
import { normalizeName } from '../values/text.ts';

/** Somebody on the way from a speaker to a reader. */
export interface ChainActor
  extends Pick<Actor, 'name'>,
    Partial<Pick<Speaker, 'kind' | 'country' | 'identifiers' | 'anonymity'>> {
  /** Where an outlet published it. */
  readonly url?: string;
}

export interface AttributionStep {
  readonly role: 'speaker' | 'relay' | 'outlet';
  /** One, or the outlets that published the same. */
  readonly actors: readonly ChainActor[];
}

/** Who said something, who relayed it, in order, and which outlets were read. */
export type AttributionChain = readonly AttributionStep[];

/** A way to one outlet. */
interface Path {
  readonly steps: readonly (AttributionStep & { readonly actors: readonly [ChainActor] })[];
  readonly outlet: ChainActor | undefined;
}

/**
 * Returns the chains of a statement: one, unless the sources of its event attribute it differently. If its attribution
 * ends with news media, they are the outlet. Else the outlets are those of the sources of the event.
 */
export function chainsOfStatement(said: Statement, sources: readonly Source[]): readonly AttributionChain[] {
  const { speaker, attribution = [] } = said;
  const relays = attribution.filter((actor) => !areNamedAlike(actor, speaker));
  const last = relays.at(-1);
  if (last !== undefined && endsWithOutlet(relays)) {
    const url = sources.find(({ outlet }) => isSameName(outlet, last.name))?.url;
    return [chainOf({ steps: stepsOf([speaker, ...relays.slice(0, -1)]), outlet: withUrl(last, url) })];
  }
  const paths = sources.map((source) => {
    const known = [speaker, ...relays];
    const added = relaysOf(source).filter((actor) => !known.some((each) => areNamedAlike(each, actor)));
    return { steps: stepsOf([...known, ...added]), outlet: outletOf(source) };
  });
  return merged(paths.length === 0 ? [{ steps: stepsOf([speaker, ...relays]), outlet: undefined }] : paths);
}

/** Returns the chains of those who reported an event: each begins with whom its source names first. */
export function chainsOfSources(sources: readonly Source[]): readonly AttributionChain[] {
  return merged(sources.map((source) => ({ steps: stepsOf(relaysOf(source)), outlet: outletOf(source) })));
}

function relaysOf({ attribution = [], outlet }: Source): readonly Actor[] {
  return attribution.filter(({ name }) => !isSameName(name, outlet));
}

function outletOf({ outlet, url }: Source): ChainActor {
  return withUrl({ name: outlet }, url);
}

function withUrl(outlet: ChainActor, url: string | undefined): ChainActor {
  return { ...chainActor(outlet), ...(url !== undefined && { url }) };
}

/** News media speak for themselves only as outlets, so that one at the beginning is a relay, too. */
function stepsOf(actors: readonly (Actor | Speaker)[]): Path['steps'] {
  return actors.map((actor, index) => {
    const role = index === 0 && actor.kind !== 'media' ? 'speaker' : 'relay';
    return { role, actors: [chainActor(actor)] };
  });
}

function chainActor({ name, kind, country, identifiers, anonymity }: Omit<ChainActor, 'url'>): ChainActor {
  return {
    name,
    ...(kind !== undefined && { kind }),
    ...(country !== undefined && { country }),
    ...(identifiers !== undefined && { identifiers }),
    ...(anonymity !== undefined && { anonymity }),
  };
}

/** Joins the paths that differ in their outlet only. */
function merged(paths: readonly Path[]): readonly AttributionChain[] {
  const chains = new Map<string, { steps: Path['steps']; outlets: ChainActor[] }>();
  for (const { steps, outlet } of paths) {
    const key = JSON.stringify(steps);
    const { outlets } = chains.get(key) ?? { outlets: [] };
    const isNew =
      outlet !== undefined && !outlets.some(({ name, url }) => name === outlet.name && url === outlet.url);
    chains.set(key, { steps, outlets: isNew ? [...outlets, outlet] : outlets });
  }
  return [...chains.values()].map(({ steps, outlets }) =>
    outlets.length === 0 ? steps : [...steps, { role: 'outlet', actors: outlets }],
  );
}

function chainOf({ steps, outlet }: Path): AttributionChain {
  return outlet === undefined ? steps : [...steps, { role: 'outlet', actors: [outlet] }];
}

function isSameName(a: string, b: string): boolean {
  return normalizeName(a) === normalizeName(b);
}
