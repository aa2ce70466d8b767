import type { TestFramework } from '../event-store/contract.ts';
import { describeChanges } from './changes.ts';
import { describeChangesCounted } from './changes-counted.ts';
import { type OpenTimelineStore, type TimelineStoreContract, timelineStoreTests } from './contract.ts';
import { describeDensities } from './density.ts';
import { describeFilters } from './filters.ts';
import { describeItems } from './items.ts';
import { describeLogPoints } from './log-points.ts';
import { describePages } from './pages.ts';
import { describeIndex } from './timeline-list.ts';

export type { OpenTimelineStore, TimelineStoreUnderTest } from './contract.ts';

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
  const contract: TimelineStoreContract = {
    expect: framework.expect,
    test: timelineStoreTests(openStore, framework),
  };
  const part = (title: string, tests: (contract: TimelineStoreContract) => void) =>
    framework.describe(title, () => tests(contract));
  framework.describe(`${name} keeps the contract of the timeline store`, () => {
    part('pages', describePages);
    part('filters', describeFilters);
    part('densities', describeDensities);
    part('changes', describeChanges);
    part('changes, counted,', describeChangesCounted);
    part('items', describeItems);
    part('the index', describeIndex);
    part('moments', describeLogPoints);
  });
}
