import type { ChainView } from '../../../web/pages/agreement-page.ts';

/** What makes the chain of a memorandum from the entries of its timeline. */
export interface AgreementChains {
  fold(stream: string, entries: readonly string[]): ChainView;
}
