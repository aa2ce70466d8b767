/** Seconds for which a provider that has failed is not asked again, so that not every request waits for it. */
export const PAUSE_S = 5;

/** The identity provider cannot be reached, or does not answer as the standard says. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError';
}
