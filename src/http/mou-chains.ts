import type { Chain } from '../web/mou-page.ts';

/** What makes the chain of a memorandum from the entries of its timeline. */
export interface MouChains {
  fold(stream: string, entries: readonly string[]): Chain;
}
