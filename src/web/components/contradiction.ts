import type { Claim } from '../../domain/claims/claim.ts';
import type { ConflictKind } from '../../domain/record/record-version.ts';
import { type Html, html, onlyFor } from '../shell/html.ts';
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

const STATE_LABELS = { open: 'candidate', confirmed: 'confirmed' } as const;

export function contradictionItem({ kind, state, about, claim, against, link }: ContradictionItem): Html {
  const form = linkFormUrl({ ...link, statement: claim.statement });
  const confirm = html`<p><a href="${form}">Confirm by a link “contradicts”</a></p>`;
  const denied = against.find(({ event }) => event === about);
  const subject = denied === undefined ? referenceLink(about) : eventLink(about, denied.headline);
  return html`
    <li class="contradiction">
      <h3>${KIND_LABELS[kind]}: ${subject} <span class="badge">${STATE_LABELS[state]}</span></h3>
      <div class="sides">
        <ul class="claims" aria-label="One side">${claimItem(claim)}</ul>
        <ul class="claims" aria-label="The other side">${against.map(claimItem)}</ul>
      </div>
      ${state === 'open' && onlyFor('curate', confirm)}
    </li>`;
}
