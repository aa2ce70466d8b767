import type { AttributionChain, AttributionStep, ChainActor } from '../../domain/claims/attribution-chain.ts';
import { countryName } from '../../domain/countries/countries.ts';
import { type Html, html } from '../shell/html.ts';
import { commaJoined } from './facts.ts';
import { chainActorLink, externalLink } from './links.ts';

const ROLE_LABELS = { speaker: 'Speaker', relay: 'Relay', outlet: 'Outlet' } as const;

/** Draws the way of a claim from the speaker over those who relayed it to the outlets that were read. */
export function attributionChain(chain: AttributionChain): Html {
  return html`<ol class="chain" aria-label="Chain of attribution">${chain.map(attributionStep)}</ol>`;
}

function attributionStep({ role, actors }: AttributionStep): Html {
  const label = role === 'outlet' && actors.length > 1 ? 'Outlets' : ROLE_LABELS[role];
  const names = commaJoined(actors.map(chainActor));
  return html`<li class="${role}"><span class="label">${label}</span> <span>${names}</span></li>`;
}

function chainActor({ url, ...actor }: ChainActor): Html {
  const { name, country } = actor;
  const place = country !== undefined && countryName(country) !== name && ` (${countryName(country)})`;
  if (url !== undefined) return html`${externalLink(url, name)}${place}`;
  return html`${chainActorLink(actor)}${place}`;
}
