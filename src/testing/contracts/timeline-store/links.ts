import type { InboundLink } from '../../../domain/record/record-version.ts';
import type { Ordinal } from '../../../projector/timeline-store.ts';
import type { TimelineStoreContract } from './contract.ts';

const denial: InboundLink = {
  relation: 'contradicts',
  from: 'briefing-mfa',
  linkedBy: 'link-1',
  isWithdrawn: false,
};
const citation: InboundLink = { relation: 'cites', from: 'mou-port', linkedBy: 'link-2', isWithdrawn: false };

export function describeLinks({ test, expect }: TimelineStoreContract): void {
  test('are found by their target, in the order of recording', (store) => {
    expect(store.writer.linksTo('shipment-a')).toEqual([]);
    store.commitLink('shipment-a', denial);
    store.commitLink('shipment-b', denial);
    store.commitLink('shipment-a', citation);
    expect(store.writer.linksTo('shipment-a')).toEqual([denial, citation]);
    expect(store.writer.linksTo('shipment-b')).toEqual([denial]);
    expect(store.writer.linksTo('shipment')).toEqual([]);
  });

  test('are withdrawn', (store) => {
    store.commitLink('shipment-a', denial);
    store.commitLink('shipment-a', citation);
    store.commitLink('shipment-a', { ...denial, isWithdrawn: true });
    expect(store.writer.linksTo('shipment-a')).toEqual([{ ...denial, isWithdrawn: true }, citation]);
  });

  test('are read as of any event', (store) => {
    store.commitLink('shipment-a', denial);
    store.commitLink('shipment-a', citation);
    store.commitLink('shipment-a', { ...denial, isWithdrawn: true });
    const asOf = (ordinal: number) => store.reader.linksTo('shipment-a', ordinal as Ordinal);
    expect(asOf(0)).toEqual([]);
    expect(asOf(1)).toEqual([denial]);
    expect(asOf(2)).toEqual([denial, citation]);
    expect(asOf(3)).toEqual([{ ...denial, isWithdrawn: true }, citation]);
  });
}
