import { describeAppending } from './appending.ts';
import {
  type ContractLimits,
  type EventStoreContract,
  eventStoreTests,
  type OpenStore,
  type TestFramework,
} from './contract.ts';
import { describeLeaves } from './leaves.ts';
import { describeReading } from './reading.ts';
import { describeRecordingTimes } from './recording-times.ts';
import { describeRetrying } from './retrying.ts';
import { describeSubscribing } from './subscribing.ts';

const TEXT_BYTES_MAX = 1_500_000;

/**
 * Defines the tests that every adapter of the event-store port must pass:
 *
 *     import { describe, expect, test } from '@jest/globals';
 *     import { describeEventStoreContract } from 'chancery/testing';
 *
 *     describeEventStoreContract('MyStore', (clock) => openMyStore(clock), { describe, expect, test });
 */
export function describeEventStoreContract(
  name: string,
  openStore: OpenStore,
  framework: TestFramework,
  { textBytesMax = TEXT_BYTES_MAX }: ContractLimits = {},
): void {
  const contract: EventStoreContract = {
    textBytesMax,
    describe: framework.describe,
    expect: framework.expect,
    test: eventStoreTests(openStore, framework),
  };
  framework.describe(`${name} meets the event-store contract`, () => {
    describeAppending(contract);
    describeRetrying(contract);
    describeReading(contract);
    describeLeaves(contract);
    describeSubscribing(contract);
    describeRecordingTimes(contract);
  });
}
