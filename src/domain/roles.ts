/** What a country has to do with an event. */
export const ROLES = ['host', 'speaker', 'target', 'party', 'origin', 'destination', 'mentioned'] as const;

export type Role = (typeof ROLES)[number];
