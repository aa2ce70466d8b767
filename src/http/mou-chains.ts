import type { ProjectedRecord } from '../projector/define-projection.ts';

/** How a memorandum was carried out, as far as the API looks into it; the whole of it goes out as it is. */
export interface MouChain {
  readonly title: string | null;
  readonly signed: ProjectedRecord['occurred'] | null;
  readonly parties: readonly object[];
  readonly shipments: readonly { readonly steps: readonly Pick<ProjectedRecord, 'status'>[] }[];
  readonly shipmentsKnown: boolean;
}

/** What makes the chain of a memorandum from the entries of its timeline. */
export interface MouChains {
  fold(stream: string, entries: readonly string[]): MouChain;
}
