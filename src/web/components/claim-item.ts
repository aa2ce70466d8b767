import type { Claim } from '../../domain/claims/claim.ts';
import { RELATIONS } from '../../domain/event-types/correction.ts';
import { type Html, html } from '../shell/html.ts';
import { renderDate } from '../text/format-date.ts';
import { capitalize, excerpt } from '../text/format-text.ts';
import { speechActLabel, typeLabel } from '../text/vocabulary.ts';
import { attributionChain } from './attribution-chain.ts';
import { renderFact } from './facts.ts';
import { eventLink, referenceLink } from './links.ts';
import { renderTexts } from './payload-fields.ts';

/** An excerpt: all of it is on the page of the event. */
const TEXT_CHARS_MAX = 280;

/** Renders what somebody says about a thing, and how that came to be known. */
export function claimItem(claim: Claim): Html {
  const { status, occurred } = claim;
  return html`
    <li class="claim ${status}">
      <p class="kind">${claimKind(claim)}, ${renderDate(occurred)}${status !== 'current' && badge(status)}</p>
      ${claimText(claim)}
      ${claim.chains.map(attributionChain)}
      <ul class="facts">
        ${claim.basis === 'statement' && renderFact('In', eventLink(claim.event, typeLabel(claim.type)))}
        ${claim.basis !== 'source' && renderFact('About', referenceLink(claim.about))}
      </ul>
    </li>`;
}

function badge(status: string): Html {
  return html` <span class="badge">${status}</span>`;
}

/** “Denies”, “Contradicts, by a link”, or “Arrival”. */
function claimKind({ basis, speechAct, relation, type }: Claim): string {
  if (speechAct !== undefined) return capitalize(speechActLabel(speechAct));
  const kind = typeLabel(type);
  return basis === 'link' && relation !== undefined ? `${kind}, linked: ${RELATIONS[relation].label}` : kind;
}

function claimText({ text, quoted = 'paraphrase', event, headline }: Claim): Html {
  if (text === undefined) return html`<p class="headline">${eventLink(event, headline)}</p>`;
  const shown = text.map((each) => ({ ...each, value: excerpt(each.value, TEXT_CHARS_MAX) }));
  return html`${renderTexts(shown, quoted)}`;
}
