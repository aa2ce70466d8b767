import type { Claim } from '../../domain/claims/claim.ts';
import type { SilentParty } from '../../domain/claims/silence.ts';
import { STANCES, type Stance } from '../../domain/claims/stance.ts';
import { type Html, html } from '../shell/html.ts';
import { actorUrl, claimsUrl, countryUrl } from '../text/url.ts';
import { formatNumber } from '../text/vocabulary.ts';
import { claimItem } from './claim-item.ts';
import { type ContradictionItem, contradictionSummary } from './contradiction.ts';

/** What is known of who says what about a record or an event, in one state of the log. */
export interface ClaimsFound {
  /** Retracted ones too, which do not count. */
  readonly claims: readonly Claim[];
  readonly silent: readonly SilentParty[];
  readonly contradictions: readonly ContradictionItem[];
  /** False if there are more claims than are read at a time. */
  readonly isComplete: boolean;
}

const STANCE_LABELS: Readonly<Record<Stance, string>> = {
  affirms: 'Affirmed',
  denies: 'Denied',
  withholds: 'No position taken',
  mentions: 'Mentioned',
};

function hasClaims({ claims, silent, contradictions }: ClaimsFound): boolean {
  return silent.length > 0 || contradictions.length > 0 || claims.some(({ basis }) => basis !== 'source');
}

/** The section on the page of an event or a record. It is left out if nothing is known beyond its own sources. */
export function claimsSection(found: ClaimsFound, subject: Parameters<typeof claimsUrl>[0]): Html | false {
  return (
    hasClaims(found) &&
    html`
      <section class="claims-panel" aria-labelledby="claims-title">
        <h2 id="claims-title">Claims</h2>
        ${claimsPanel(found)}
        <p><a href="${claimsUrl(subject)}">Claims as of an earlier time</a></p>
      </section>`
  );
}

/** Renders the claims by stance, those who are silent, and candidates of contradiction. */
export function claimsPanel({ claims, silent, contradictions, isComplete }: ClaimsFound): Html {
  const standing = claims.filter(({ status }) => status !== 'retracted');
  const groups = STANCES.map((stance) => ({
    title: STANCE_LABELS[stance],
    claims: standing.filter((claim) => claim.stance === stance),
  }));
  const retracted = claims.filter(({ status }) => status === 'retracted');
  return html`
    ${!isComplete && html`<p class="note">There are more claims than are shown here.</p>`}
    ${groups.map(claimGroup)}
    ${silentGroup(silent)}
    ${claimGroup({ title: 'Retracted', claims: retracted })}
    ${contradictionGroup(contradictions)}`;
}

function claimGroup({
  title,
  claims,
}: {
  readonly title: string;
  readonly claims: readonly Claim[];
}): Html | false {
  return (
    claims.length > 0 &&
    html`
      <h3>${title} <span class="count">${formatNumber(claims.length)}</span></h3>
      <ul class="claims">${claims.map(claimItem)}</ul>`
  );
}

function contradictionGroup(contradictions: readonly ContradictionItem[]): Html | false {
  return (
    contradictions.length > 0 &&
    html`
      <h3>Candidates of contradiction <span class="count">${formatNumber(contradictions.length)}</span></h3>
      <ul class="contradictions">${contradictions.map(contradictionSummary)}</ul>`
  );
}

function silentGroup(silent: readonly SilentParty[]): Html | false {
  const items = silent.map(({ key, name, kind, roles }) => {
    const url = kind === 'country' ? countryUrl(key) : actorUrl(key);
    return html`<li><a href="${url}"><bdi>${name}</bdi></a> <span class="count">${roles.join(', ')}</span></li>`;
  });
  return (
    silent.length > 0 &&
    html`
      <h3>Silent <span class="count">${formatNumber(silent.length)}</span></h3>
      <p class="note">Party to it, and no statement about it is recorded.</p>
      <ul class="silent">${items}</ul>`
  );
}
