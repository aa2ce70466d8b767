import type { Claim } from '../../domain/claims/claim.ts';
import type { ConflictKind } from '../../domain/record/record-version.ts';
import { type Html, html, onlyFor } from '../shell/html.ts';
import { excerpt } from '../text/format-text.ts';
import { linkFormUrl } from '../text/url.ts';
import { claimItem } from './claim-item.ts';
import { eventLink, referenceLink } from './links.ts';

/** Two things that cannot both be true, as far as a machine can tell. Only people say that they contradict. */
export interface ContradictionItem {
  readonly kind: 'denial' | ConflictKind;
  /** `confirmed` if a person linked the two with `contradicts`. */
  readonly state: 'open' | 'confirmed';
  /** What the claim is at odds with: the id of an event or the name of a record. */
  readonly about: string;
  readonly claim: Claim;
  /** Who affirms what the claim is at odds with. */
  readonly against: readonly Claim[];
  /** The link that would confirm it: the payload of a `RecordLinked`, without its basis, and its record. */
  readonly link: {
    readonly stream: string;
    readonly from: string;
    readonly to: string;
    readonly relation: 'contradicts';
  };
}

const KIND_LABELS = {
  denial: 'Denied',
  dates: 'Two dates for the same',
  order: 'A later step is dated before an earlier one',
  exclusion: 'One excludes the other',
} as const;

/** Characters of a claim in a summary. */
const CLAIM_CHARS_MAX = 120;

const STATE_LABELS = { open: 'candidate', confirmed: 'confirmed' } as const;

/** Renders a candidate with all that both sides say. */
export function contradictionItem(item: ContradictionItem): Html {
  const { claim, against } = item;
  return html`
    <li class="contradiction">
      <h3>${headingOf(item)}</h3>
      <div class="sides">
        <ul class="claims" aria-label="One side">${claimItem(claim)}</ul>
        <ul class="claims" aria-label="The other side">${against.map(claimItem)}</ul>
      </div>
      ${confirmation(item)}
    </li>`;
}

/** Renders a candidate on a page that shows the claims already. */
export function contradictionSummary(item: ContradictionItem): Html {
  const { kind, claim } = item;
  const { event, text, headline } = claim;
  const said = eventLink(event, excerpt(text?.[0]?.value ?? headline, CLAIM_CHARS_MAX));
  return html`
    <li>
      <p>${headingOf(item)}</p>
      <p class="count">${kind === 'denial' ? 'by' : 'against'} ${said}</p>
      ${confirmation(item)}
    </li>`;
}

function headingOf({ kind, state, about, against }: ContradictionItem): Html {
  const denied = against.find(({ event }) => event === about);
  const subject = denied === undefined ? referenceLink(about) : eventLink(about, denied.headline);
  return html`${KIND_LABELS[kind]}: ${subject} <span class="badge">${STATE_LABELS[state]}</span>`;
}

/** Returns a link to the form that confirms an open candidate, for those who may. */
function confirmation({ state, claim, link }: ContradictionItem): Html | false {
  const form = linkFormUrl({ ...link, statement: claim.statement });
  const confirm = html`<p><a href="${form}">Confirm by a link “contradicts”</a></p>`;
  return state === 'open' && onlyFor('curate', confirm, link.stream);
}
