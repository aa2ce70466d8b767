import { LRUCache } from 'lru-cache';
import type { WrittenName } from '../../../domain/record/searchable-texts.ts';
import { growingTo } from '../../../domain/values/cache-bounds.ts';
import { mostFrequent } from '../../../domain/values/most-frequent.ts';
import type { EntryFilter } from '../../../projector/entry-filter.ts';
import type {
  CountedFacet,
  CountQuery,
  EntryFacetCounts,
  LogPoint,
  TimelineReader,
} from '../../../projector/timeline-store.ts';
import type { FacetCounts } from '../../../web/components/list-form.ts';
import { facetsPage } from '../../../web/pages/facets-page.ts';
import type { Section } from '../../../web/shell/layout.ts';
import { PageUrl } from '../../../web/text/url.ts';
import { canonicalUrl } from '../../forms/canonical-query.ts';
import {
  answerByPrecondition,
  contentTag,
  revalidated,
  sendConditionalPage,
} from '../../protocol/conditional-response.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { FormatName } from '../../protocol/formats.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { sendProblem } from '../../protocol/problem-response.ts';
import { invalidQuery, type Problem, projectionBuilding } from '../../protocol/problems.ts';
import { sendJson, sendRedirect } from '../../protocol/response.ts';
import { type ShownState, shownLogPoint } from '../../protocol/state-token.ts';
import { resolveAsOf } from '../as-of.ts';
import { parsePageRequest } from '../query.ts';
import { cachePerReader } from '../reader-cache.ts';
import type { TimelineResource } from '../representation.ts';
import { requireReader } from '../require-reader.ts';
import { FacetNames, type NameFacet } from './facet-names.ts';

/** The counts of a timeline and their page. */
export interface FacetsResource
  extends Pick<TimelineResource, 'projection' | 'parameters' | 'roles' | 'absent' | 'title'> {
  /** As in `ChangesResource`. */
  readonly section?: Section;
}

/** A request for counts that can be read now. */
interface FacetsRead {
  readonly reader: TimelineReader;
  readonly filter: EntryFilter;
  /** What the countries of the filter did, if it says so. It may also say so of the country of the timeline. */
  readonly role: string | undefined;
  /** Undefined while the log is empty. */
  readonly asOf: (LogPoint & ShownState) | undefined;
}

interface EntryCounts {
  readonly counted: number;
  readonly complete: boolean;
  readonly facets: FacetCounts;
}

type Prepared = { readonly problem: Problem } | { readonly read: FacetsRead };

/** Counting this many entries takes some 50 ms. */
const COUNTED_ENTRIES_MAX = 10_000;
/** Values of one filter that an answer has, the most frequent ones. */
const VALUES_MAX = 100;
/** Counts that are kept, per projection. */
const KEPT_COUNTS_MAX = 200;
/** Names that are kept, per timeline route. */
const KEPT_NAMES_MAX = 10_000;

/** Query parameter → what it filters by. */
const FACETS: readonly (readonly [parameter: string, facet: CountedFacet])[] = [
  ['types', 'types'],
  ['roles', 'roles'],
  ['countries', 'countries'],
  ['topics', 'topics'],
  ['speechActs', 'speechActs'],
  ['speechAct', 'speechActs'],
];
/** The same of filters that take a name in any spelling. */
const NAME_FACETS: readonly (readonly [parameter: string, facet: NameFacet])[] = [
  ['speaker', 'speakers'],
  ['institution', 'institutions'],
  ['relay', 'relays'],
  ['outlet', 'outlets'],
];

/** The query parameters of a timeline that its counts take as well. */
export function facetsParameters(parameters: readonly string[]): readonly string[] {
  return parameters.filter((name) => !['order', 'limit', 'cursor', 'after'].includes(name));
}

/** Whether a timeline can be filtered by what its entries are counted by. */
export function hasCounts(parameters: readonly string[]): boolean {
  return [...FACETS, ...NAME_FACETS].some(([parameter]) => parameters.includes(parameter));
}

export function facetsFormats({ section }: Pick<FacetsResource, 'section'>): readonly FormatName[] {
  return section === undefined ? ['json'] : ['json', 'html'];
}

/**
 * Answers with the numbers of entries of a timeline by the values of its filters. A number is that of the entries that
 * match if the value is chosen alone, and the other filters stay as they are.
 */
export class FacetsHandler {
  readonly #resource: FacetsResource;
  readonly #context: AppContext;
  readonly #kept = cachePerReader<string, EntryFacetCounts>({ max: KEPT_COUNTS_MAX });
  readonly #names = new LRUCache<string, WrittenName>(growingTo(KEPT_NAMES_MAX));

  constructor(resource: FacetsResource, context: AppContext) {
    this.#resource = resource;
    this.#context = context;
  }

  /** @param key of the timeline in its projection */
  async send(key: string, req: Request<unknown>, res: Response): Promise<void> {
    const isPage = req.format === 'html';
    const canonical = isPage ? canonicalUrl(req.originalUrl) : undefined;
    if (canonical !== undefined) return sendRedirect(res, canonical);
    if (requireReader(this.#context, this.#resource.projection, res) === undefined) return;
    const prepared = await this.#prepare(key, req);
    if ('problem' in prepared) return sendProblem(res, prepared.problem);
    const { read } = prepared;
    const { asOf } = read;
    const counted = await this.#counts(key, read);
    if (isPage) {
      const { title, section = 'search' } = this.#resource;
      const page = facetsPage({
        url: new PageUrl(req.originalUrl),
        origin: req.origin,
        title: title(key, asOf),
        section,
        ...counted,
      });
      sendConditionalPage(req, res, page, asOf?.token);
      return;
    }
    const shown = asOf && { position: asOf.position, instant: asOf.instant, token: asOf.token };
    const body = JSON.stringify({ asOf: shown ?? null, ...counted });
    const headers = revalidated(contentTag(body, asOf?.token));
    if (!answerByPrecondition(req, res, headers)) sendJson(res, 200, body, headers);
  }

  /** Parses the request, and waits until the projection contains what it asks for. */
  async #prepare(key: string, req: Request<unknown>): Promise<Prepared> {
    const { projection, parameters, roles, absent } = this.#resource;
    const known = facetsParameters(parameters);
    const parsed = parsePageRequest(req.originalUrl, known, this.#context.store, roles?.(key));
    if (parsed.outcome === 'refused') return { problem: invalidQuery(parsed.errors) };
    const { order, limit, ...filter } = parsed.request.filter;
    const { asOf } = parsed.request;
    const pinned = asOf && (await resolveAsOf(asOf, projection, this.#context));
    if (pinned?.outcome === 'refused') return pinned;
    // A rebuild may have replaced the rows while the request was waiting.
    const { reader } = projection;
    if (reader === undefined) return { problem: projectionBuilding(projection.name) };
    const changed = reader.lastChange(key);
    const problem = changed === undefined ? absent(key) : undefined;
    if (problem !== undefined) return { problem };
    const logPoint = pinned?.logPoint ?? changed ?? reader.checkpoint();
    const [code, role] = filter.countryRoles[0]?.split(':') ?? [];
    const chosen = code === key ? undefined : role;
    return { read: { reader, filter, role: chosen, asOf: shownLogPoint(reader, logPoint) } };
  }

  async #counts(key: string, read: FacetsRead): Promise<EntryCounts> {
    const all = this.#countsFor(key, read, read.filter);
    const { parameters } = this.#resource;
    const known = FACETS.filter(([parameter]) => parameters.includes(parameter));
    const facets = known.map(([parameter, named]): readonly [string, FacetCounts[string]] => {
      const isByRole = named === 'countries' && read.role !== undefined;
      const facet = isByRole ? 'countryRoles' : named;
      const counts = this.#countsOf(key, read, facet)[facet];
      const values = mostFrequent(isByRole ? withRole(counts, read.role) : counts);
      return [parameter, values.slice(0, VALUES_MAX).map(([value, count]) => ({ value, count }))];
    });
    const { projection } = this.#resource;
    const names = new FacetNames(this.#context, { ...read, key, projection, known: this.#names });
    for (const [parameter, facet] of NAME_FACETS.filter(([name]) => parameters.includes(name))) {
      const counts = this.#countsOf(key, read, facet);
      const counted = facet === 'speakers' ? withoutInstitutions(counts) : counts[facet];
      facets.push([parameter, await names.mostFrequent(facet, counted)]);
    }
    return { counted: all.entries, complete: all.isComplete, facets: Object.fromEntries(facets) };
  }

  /** Returns the counts that the values of one filter have, given the others. */
  #countsOf(key: string, read: FacetsRead, facet: CountedFacet): EntryFacetCounts['counts'] {
    return this.#countsFor(key, read, { ...read.filter, [facet]: [] }).counts;
  }

  #countsFor(key: string, { reader, asOf }: FacetsRead, filter: EntryFilter): EntryFacetCounts {
    const query = { ...filter, asOf: asOf?.ordinal ?? BEFORE_FIRST, entriesMax: COUNTED_ENTRIES_MAX };
    const kept = this.#kept(reader);
    const name = JSON.stringify([key, query]);
    const counts = kept.get(name) ?? reader.facetCounts(key, query);
    kept.set(name, counts);
    return counts;
  }
}

/** Leaves out the names under which only institutions are found, which are counted by themselves. */
function withoutInstitutions({
  speakers,
  institutions,
}: EntryFacetCounts['counts']): ReadonlyMap<string, number> {
  return new Map([...speakers].filter(([name, count]) => institutions.get(name) !== count));
}

/** Returns the counts of the countries that have a role. */
function withRole(
  counts: ReadonlyMap<string, number>,
  role: string | undefined,
): ReadonlyMap<string, number> {
  const pairs = [...counts].map(([value, count]) => [value.split(':'), count] as const);
  return new Map(pairs.flatMap(([[code = '', each], count]) => (each === role ? [[code, count]] : [])));
}

/** The state before the first event. */
const BEFORE_FIRST = 0 as CountQuery['asOf'];
