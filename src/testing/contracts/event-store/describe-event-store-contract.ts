import { describeAppending } from './appending.ts';
import {
  type ContractLimits,
  type EventStoreContract,
  eventStoreTests,
  type OpenStore,
  type TestFramework,
} from './contract.ts';
import { describeReading } from './reading.ts';
import { describeRecordingTimes } from './recording-times.ts';
import { describeRetrying } from './retrying.ts';
import { describeSubscribing } from './subscribing.ts';

export type { ContractLimits, OpenStore, TestFramework } from './contract.ts';

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
  const contract: EventStoreContract = {
    textBytesMax,
    describe: framework.describe,
    expect: framework.expect,
    test: eventStoreTests(openStore, framework),
  };
  framework.describe(`${name} keeps the contract of the event store`, () => {
    describeAppending(contract);
    describeRetrying(contract);
    describeReading(contract);
    describeSubscribing(contract);
    describeRecordingTimes(contract);
  });
}
