import { countryName } from '../../domain/countries/countries.ts';
import { ACTOR_KINDS, type Actor } from '../../domain/fields/actor.ts';
import { actorRoles } from '../../domain/record/actors.ts';
import type { ActorItem } from '../components/actor-item.ts';
import { renderEvent } from '../components/entry-list.ts';
import { commaJoined } from '../components/facts.ts';
import { countryLink, externalLink } from '../components/links.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { type Html, html } from '../shell/html.ts';
import { formatOccurred } from '../text/format-date.ts';
import { capitalize } from '../text/format-text.ts';
import { pluralize } from '../text/vocabulary.ts';
import { type TimelineParts, timelinePage } from './timeline-page.ts';

/** A name that events gave to an actor. */
export interface UsedName {
  readonly name: string;
  readonly entries: number;
}

/** An actor with what its events and the table of organisations say about it. */
export interface ActorView extends ActorItem {
  readonly identifiers: NonNullable<Actor['identifiers']>;
  /** Empty for an actor without an identifier, which has one name only. */
  readonly names: readonly UsedName[];
  /** Members past and present of a well-known organisation. `from` and `to` are EDTF, both inclusive. */
  readonly members: readonly {
    readonly country: string;
    readonly from: string | null;
    readonly to: string | null;
  }[];
}

/** The timeline of an organisation or a person. */
export function actorPage(actor: ActorView, view: TimelineView): Html {
  return timelinePage(view, {
    section: 'actors',
    kicker: actor.kind === null ? 'Actor' : capitalize(ACTOR_KINDS[actor.kind]),
    title: actor.name,
    fields: ['q', 'countries', 'topics', 'types', 'speechActs', 'roles', 'relay', 'outlet'],
    roles: actorRoles(),
    extraSection: factsOf(actor),
    renderEntry: renderEvent,
  });
}

function factsOf({ country, identifiers, names, members }: ActorView): TimelineParts['extraSection'] {
  const links = identifierLinks(identifiers);
  if (country === null && links.length + names.length + members.length === 0) return undefined;
  const content = html`
      <dl class="fields">
        ${country !== null && html`<dt>Country</dt><dd>${countryLink(country)}</dd>`}
        ${links.length > 0 && html`<dt>Identifiers</dt><dd>${commaJoined(links)}</dd>`}
        ${names.length > 0 && html`<dt>Named as</dt><dd>${commaJoined(names.map(usedName))}</dd>`}
        ${members.length > 0 && html`<dt>Members</dt><dd>${commaJoined(sorted(members).map(member))}</dd>`}
      </dl>`;
  return { title: 'Names and identifiers', content };
}

function usedName({ name, entries }: UsedName): Html {
  return html`<bdi>${name}</bdi> (${pluralize(entries, 'entry', 'entries')})`;
}

function sorted(members: ActorView['members']): ActorView['members'] {
  return members.toSorted((a, b) => countryName(a.country).localeCompare(countryName(b.country), 'en'));
}

/** “Finland (from 4 April 2023)”, “United Kingdom (until 31 January 2020)”. */
function member({ country, from, to }: ActorView['members'][number]): Html {
  const start = from !== null && `from ${formatOccurred({ edtf: from })}`;
  const end = to !== null && `until ${formatOccurred({ edtf: to })}`;
  const dates = [start, end].filter((part) => part !== false).join(' ');
  return html`${countryLink(country)}${dates !== '' && ` (${dates})`}`;
}

function identifierLinks({ wikidata, ror, lei, imo }: ActorView['identifiers']): readonly (Html | string)[] {
  return [
    ...(wikidata === undefined
      ? []
      : [externalLink(`https://www.wikidata.org/wiki/${wikidata}`, `Wikidata ${wikidata}`)]),
    ...(ror === undefined ? [] : [externalLink(`https://ror.org/${ror}`, `ROR ${ror}`)]),
    ...(lei === undefined ? [] : [externalLink(`https://search.gleif.org/#/record/${lei}`, `LEI ${lei}`)]),
    ...(imo === undefined ? [] : [`IMO ${imo}`]),
  ];
}
