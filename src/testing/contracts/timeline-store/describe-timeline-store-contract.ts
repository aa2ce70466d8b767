import type { TestFramework } from '../event-store/contract.ts';
import { describeChangeCounts } from './change-counts.ts';
import { describeVersionChanges } from './changes.ts';
import { type OpenTimelineStore, type TimelineStoreContract, timelineStoreTests } from './contract.ts';
import { describeDensity } from './density.ts';
import { describeEntryChanges } from './entry-changes.ts';
import { describeFacetCounts } from './facet-counts.ts';
import { describeFilters } from './filters.ts';
import { describeItems } from './items.ts';
import { describeFirst, describeLatest } from './latest.ts';
import { describeLinks } from './links.ts';
import { describeLists } from './lists.ts';
import { describeLogPoints } from './log-points.ts';
import { describePages } from './pages.ts';
import { describeIndex } from './timeline-index.ts';

/**
 * Defines the tests that every adapter of the timeline-store port must pass:
 *
 *     import { describe, expect, test } from '@jest/globals';
 *     import { describeTimelineStoreContract } from 'chancery/testing';
 *
 *     describeTimelineStoreContract('MyStore', (compare) => openMyStore(compare), { describe, expect, test });
 */
export function describeTimelineStoreContract(
  name: string,
  openStore: OpenTimelineStore,
  framework: TestFramework,
): void {
  const contract: TimelineStoreContract = {
    expect: framework.expect,
    ...timelineStoreTests(openStore, framework),
  };
  const part = (title: string, define: (contract: TimelineStoreContract) => void) =>
    framework.describe(title, () => define(contract));
  framework.describe(`${name} meets the timeline-store contract`, () => {
    part('a page', describePages);
    part('a filter', describeFilters);
    part('the counts of values', describeFacetCounts);
    part('the density', describeDensity);
    part('a new version', describeVersionChanges);
    part('the number of changes', describeChangeCounts);
    part('the list of changes', describeEntryChanges);
    part('the latest changes', describeLatest);
    part('the first change', describeFirst);
    part('items', describeItems);
    part('the index', describeIndex);
    part('the list', describeLists);
    part('links', describeLinks);
    part('log points', describeLogPoints);
  });
}
