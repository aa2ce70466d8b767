import type { TestFramework } from './event-store-contract/contract.ts';
import { describeChanges } from './timeline-store-contract/changes.ts';
import { describeChangesCounted } from './timeline-store-contract/changes-counted.ts';
import { type Contract, type OpenTimelineStore, storeTests } from './timeline-store-contract/contract.ts';
import { describeDensities } from './timeline-store-contract/densities.ts';
import { describeFilters } from './timeline-store-contract/filters.ts';
import { describeIndex } from './timeline-store-contract/index-of-timelines.ts';
import { describeItems } from './timeline-store-contract/items.ts';
import { describeMoments } from './timeline-store-contract/moments.ts';
import { describePages } from './timeline-store-contract/pages.ts';

export type { OpenTimelineStore, TimelineStoreUnderTest } from './timeline-store-contract/contract.ts';

/**
 * The suite that every adapter of the timeline-store port passes:
 *
 *     import { describe, expect, test } from '@jest/globals';
 *     describeTimelineStoreContract('my store', (compare) => openMyStore(compare), { describe, expect, test });
 */
export function describeTimelineStoreContract(
  name: string,
  openStore: OpenTimelineStore,
  framework: TestFramework,
): void {
  const contract: Contract = { expect: framework.expect, test: storeTests(openStore, framework) };
  const part = (title: string, tests: (contract: Contract) => void) =>
    framework.describe(title, () => tests(contract));
  framework.describe(`${name} keeps the contract of the timeline store`, () => {
    part('pages', describePages);
    part('filters', describeFilters);
    part('densities', describeDensities);
    part('changes', describeChanges);
    part('changes, counted,', describeChangesCounted);
    part('items', describeItems);
    part('the index', describeIndex);
    part('moments', describeMoments);
  });
}
