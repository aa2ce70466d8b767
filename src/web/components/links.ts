import { isAscii } from 'node:buffer';
import type { ChainActor } from '../../domain/claims/attribution-chain.ts';
import { countryName } from '../../domain/countries/countries.ts';
import type { Actor } from '../../domain/fields/actor.ts';
import { actorKey } from '../../domain/record/actor-key.ts';
import { type Html, html } from '../shell/html.ts';
import { memoize } from '../shell/memoize.ts';
import { actorUrl, countryUrl, eventUrl, referenceUrl, topicUrl } from '../text/url.ts';
import { topicLabel } from '../text/vocabulary.ts';

export const topicLink = memoize(
  (slug: string): Html =>
    html`<a href="${topicUrl(slug)}"${!isAscii(Buffer.from(slug)) && html` dir="auto"`}>${topicLabel(slug)}</a>`,
);

export function countryLink(code: string): Html {
  return html`<a href="${countryUrl(code)}">${countryName(code)}</a>`;
}

/** Links a name to the timeline of the actor. Somebody who is described, but not named, has none. */
export function actorLink(actor: Actor & { readonly anonymity?: unknown }): Html {
  const name = html`<bdi>${actor.name}</bdi>`;
  return actor.anonymity === undefined ? html`<a href="${actorUrl(actorKey(actor))}">${name}</a>` : name;
}

/** The same in a chain of attribution. An outlet that is known as such only is no actor, and has no timeline. */
export function chainActorLink({ kind, ...actor }: Omit<ChainActor, 'url'>): Html {
  return kind === undefined ? html`<bdi>${actor.name}</bdi>` : actorLink({ ...actor, kind });
}

/** Links to an event. Scripts open its page in a dialog. */
export function eventLink(id: string, text: Html | string): Html {
  return html`<a href="${eventUrl(id)}" data-event dir="auto">${text}</a>`;
}

/**
 * Links to a record or an event. The text of a link to an event is the beginning of its id.
 *
 * @param reference name of a record or id of an event
 */
export function referenceLink(reference: string): Html {
  const url = referenceUrl(reference);
  return url === eventUrl(reference)
    ? html`<a href="${url}" data-event>event ${reference.slice(0, 8)}…</a>`
    : html`<a href="${url}">${reference}</a>`;
}

/** A link to another site, which is not given the URL of the page. */
export function externalLink(url: string, text: string): Html {
  return html`<a href="${url}" rel="external noopener noreferrer nofollow"><bdi>${text}</bdi></a>`;
}
