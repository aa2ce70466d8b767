/** What codes of the record are called on a page. A code that is not here is shown as it is, with spaces. */

export const TYPE_LABELS = {
  BriefingHeld: 'Briefing',
  MouSigned: 'Signing',
  MouAmended: 'Amendment',
  MouEnteredIntoForce: 'Entry into force',
  MouTerminated: 'Termination',
  ShipmentAnnounced: 'Shipment announced',
  ShipmentDispatched: 'Shipment dispatched',
  ShipmentArrived: 'Shipment arrived',
  ShipmentReturned: 'Shipment returned',
  ShipmentCancelled: 'Shipment cancelled',
  EventCorrected: 'Correction',
  EventRetracted: 'Retraction',
  RecordLinked: 'Link',
  LinkWithdrawn: 'Link withdrawn',
} as const;

export const ROLE_LABELS = {
  host: 'host',
  speaker: 'speaker',
  target: 'target',
  party: 'party',
  origin: 'origin',
  destination: 'destination',
  mentioned: 'mentioned',
} as const;

/** In the third person, behind the name of the speaker. */
export const SPEECH_ACT_LABELS = {
  affirm: 'affirms',
  deny: 'denies',
  announce: 'announces',
  assure: 'assures',
  accuse: 'accuses',
  condemn: 'condemns',
  demand: 'demands',
  request: 'requests',
  reject: 'rejects',
  threaten: 'threatens',
  promise: 'promises',
  thank: 'thanks',
  apologise: 'apologises',
  'decline-to-comment': 'declines to comment',
  'not-aware': 'is not aware',
  'refer-elsewhere': 'refers elsewhere',
} as const;

/** Where it is not the code that says it. */
export const INSTRUMENT_LABELS = { mou: 'memorandum of understanding' } as const;

/** How an entry stands to what it is linked with. */
export const LINK_LABELS = {
  implements: 'Carries out',
  contradicts: 'Denies',
  duplicates: 'Same as',
  respondsTo: 'Responds to',
  cites: 'Cites',
} as const;

/** The Admiralty code. */
export const RELIABILITY_LABELS = {
  A: 'completely reliable',
  B: 'usually reliable',
  C: 'fairly reliable',
  D: 'not usually reliable',
  E: 'unreliable',
  F: 'cannot be judged',
} as const;

export const CREDIBILITY_LABELS = {
  1: 'confirmed by other sources',
  2: 'probably true',
  3: 'possibly true',
  4: 'doubtful',
  5: 'improbable',
  6: 'cannot be judged',
} as const;

export function labelFor(words: Readonly<Record<string | number, string>>, code: string | number): string {
  return Object.hasOwn(words, code) ? (words[code] ?? '') : String(code).replaceAll('-', ' ');
}

/** The words of a slug. */
export function topicLabel(slug: string): string {
  return slug.replaceAll('-', ' ');
}

const numbers = new Intl.NumberFormat('en');

/** “12,000”. */
export function formatNumber(count: number): string {
  return count < 1000 ? String(count) : numbers.format(count);
}

/** “1 entry”, “12,000 entries”. */
export function pluralize(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

/** “Chinese”, of a language tag (BCP 47). */
export function languageName(tag: string): string {
  return languages.of(tag) ?? tag;
}
