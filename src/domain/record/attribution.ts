import {
  type AttributionChain,
  type AttributionStep,
  type ChainActor,
  chainsOfSources,
  chainsOfStatement,
} from '../claims/attribution-chain.ts';
import type { Attribution } from '../event-types/define-event-type.ts';
import type { Statement } from '../event-types/statement.ts';
import type { RecordVersion } from './record-version.ts';
import { statementsOf } from './statements.ts';

/**
 * Returns the distinct chains of the statements and sources that have an attribution, each from the speaker over those
 * who relayed it to an outlet. The speaker is first even if the attribution leaves them out.
 */
export function attributionOf(version: RecordVersion): readonly Attribution[] {
  const { sources } = version;
  const chains: AttributionChain[] = [];
  for (const said of statementsOf(version)) {
    if (isAttributed(said)) chains.push(...chainsOfStatement(said, sources));
  }
  chains.push(...chainsOfSources(sources.filter(isAttributed)));
  const paths = chains.flatMap(namesOf).map((names) => [JSON.stringify(names), names] as const);
  return [...new Map(paths).values()];
}

/** Returns the chain of one statement, to its first outlet; nobody if it has no attribution. */
export function attributionOfStatement(
  { sources }: RecordVersion,
  said: Statement,
): readonly Omit<ChainActor, 'url'>[] {
  if (!isAttributed(said)) return [];
  const [chain = []] = chainsOfStatement(said, sources);
  return chain.flatMap(firstActor);
}

function isAttributed({ attribution }: Pick<Statement, 'attribution'>): boolean {
  return attribution !== undefined;
}

function firstActor({ actors: [first] }: AttributionStep): readonly Omit<ChainActor, 'url'>[] {
  if (first === undefined) return [];
  const { url, ...actor } = first;
  return [actor];
}

/** Outlets that published the same are the ends of several chains. */
function namesOf(chain: AttributionChain): readonly Attribution[] {
  const steps = chain.map(({ actors }) => actors.map(({ name }) => name));
  const way = steps.slice(0, -1).flat();
  return (steps.at(-1) ?? []).map((end) => [...way, end]);
}
