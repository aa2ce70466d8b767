import { describeAppending } from './event-store-contract/appending.ts';
import {
  type Contract,
  type ContractLimits,
  type OpenStore,
  storeTests,
  type TestFramework,
} from './event-store-contract/contract.ts';
import { describeReading } from './event-store-contract/reading.ts';
import { describeRecordingTimes } from './event-store-contract/recording-times.ts';
import { describeRetrying } from './event-store-contract/retrying.ts';
import { describeSubscribing } from './event-store-contract/subscribing.ts';

export type { ContractLimits, OpenStore, TestFramework } from './event-store-contract/contract.ts';

const TEXT_BYTES = 1_500_000;

/**
 * The suite that every adapter of the event-store port passes:
 *
 *     import { describe, expect, test } from '@jest/globals';
 *     describeEventStoreContract('my store', (clock) => openMyStore(clock), { describe, expect, test });
 *
 * The test framework is an argument, so that importing this file needs neither jest nor its globals, and a suite
 * that runs under another framework with the same three functions can use it.
 */
export function describeEventStoreContract(
  name: string,
  openStore: OpenStore,
  framework: TestFramework,
  { textBytesMax = TEXT_BYTES }: ContractLimits = {},
): void {
  const contract: Contract = {
    textBytesMax,
    describe: framework.describe,
    expect: framework.expect,
    test: storeTests(openStore, framework),
  };
  framework.describe(`${name} keeps the contract of the event store`, () => {
    describeAppending(contract);
    describeRetrying(contract);
    describeReading(contract);
    describeSubscribing(contract);
    describeRecordingTimes(contract);
  });
}
