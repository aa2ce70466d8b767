import { countryName } from '../../domain/countries/countries.ts';
import { ACTOR_KINDS, type ActorKind } from '../../domain/fields/actor.ts';
import { type Html, html } from '../shell/html.ts';
import { actorUrl } from '../text/url.ts';

/** An actor in a list of actors. */
export interface ActorItem {
  readonly key: string;
  readonly name: string;
  /** Null if no event names the actor as of the state that is shown. */
  readonly kind: ActorKind | null;
  /** Code; null if no source states it. */
  readonly country: string | null;
}

export interface FoundActor extends ActorItem {
  readonly entries: number;
}

/** Renders a link with the kind and the country, which tell actors of the same name apart. A state is named once. */
export function actorWithKind({ key, name, kind, country }: ActorItem): Html {
  const facts = [
    ...(kind === null ? [] : [ACTOR_KINDS[kind]]),
    ...(country === null || countryName(country) === name ? [] : [countryName(country)]),
  ];
  return html`
    <span><a href="${actorUrl(key)}" dir="auto">${name}</a>${facts.length > 0 && ` (${facts.join(', ')})`}</span>`;
}
