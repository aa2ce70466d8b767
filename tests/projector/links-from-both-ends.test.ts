import { describe, expect, test } from '@jest/globals';
import { agreements } from '../../projections/agreements.ts';
import { countryTimeline } from '../../projections/country.ts';
import { builders, type Replay, replay, replayMatchers } from '../../src/testing/index.ts';

expect.extend(replayMatchers);

const build = builders();
const signing = build.mouSigned({ stream: 'mou-a' });
const shipment = build.shipmentAnnounced({ stream: 'shipment-a', implements: ['mou-a'] });
const denial = build.briefingHeld({ stream: 'briefing-a' });

async function linksIn(history: Replay<'country'>, type: string, asOf?: string): Promise<object | undefined> {
  const at = asOf === undefined ? history : history.asOf(asOf);
  const entries = await at.timeline('country', 'PK');
  return entries.find((entry) => entry.type === type)?.['links'] as object | undefined;
}

const opened = () => replay({ projections: [countryTimeline] });

describe('A link between records', () => {
  test('shows on the entry at its other end, from the event on that made it', async () => {
    const history = await opened().given([signing, shipment, denial]);
    await history.when(build.recordLinked(denial, 'shipment-a', 'contradicts'));
    expect(await linksIn(history, 'ShipmentAnnounced')).toEqual({
      implements: ['mou-a'],
      contradictedBy: [denial.id],
    });
    expect(await linksIn(history, 'ShipmentAnnounced', '3')).toEqual({ implements: ['mou-a'] });
  });

  test('to an event shows on the entry of that event, also after its correction', async () => {
    const arrival = build.shipmentArrived({ stream: 'shipment-a' });
    const history = await opened().given([shipment, arrival, denial]);
    await history.when(build.recordLinked('briefing-a', arrival, 'contradicts'));
    await history.when(build.eventCorrected(arrival, { topics: ['antimony'] }));
    expect(await linksIn(history, 'ShipmentArrived')).toMatchObject({ contradictedBy: ['briefing-a'] });
    expect(await linksIn(history, 'ShipmentAnnounced')).toEqual({ implements: ['mou-a'] });
  });

  test('shows on an event that is recorded after it', async () => {
    const history = await opened().given([denial, build.recordLinked(denial, 'shipment-a', 'cites')]);
    await history.when([shipment, build.shipmentDispatched({ stream: 'shipment-a' })]);
    expect(await linksIn(history, 'ShipmentAnnounced')).toMatchObject({ citedBy: [denial.id] });
    expect(await linksIn(history, 'ShipmentDispatched')).toMatchObject({ citedBy: [denial.id] });
  });

  test('disappears from both ends when it is withdrawn', async () => {
    const link = build.recordLinked(denial, 'shipment-a', 'contradicts');
    const history = await opened().given([shipment, denial, link]);
    await history.when(build.linkWithdrawn(link));
    expect(await linksIn(history, 'ShipmentAnnounced')).toEqual({ implements: ['mou-a'] });
  });

  test('to an event that is recorded later disappears, too, when it is withdrawn', async () => {
    const link = build.recordLinked(denial, shipment, 'contradicts');
    const history = await opened().given([denial, link, shipment]);
    expect(await linksIn(history, 'ShipmentAnnounced')).toMatchObject({ contradictedBy: [denial.id] });
    await history.when(build.linkWithdrawn(link));
    expect(await linksIn(history, 'ShipmentAnnounced')).toEqual({ implements: ['mou-a'] });
  });

  test('within one record shows at both of its events', async () => {
    const arrival = build.shipmentArrived({ stream: 'shipment-a' });
    const history = await opened().given([shipment, arrival]);
    await history.when(build.recordLinked(arrival, shipment, 'responds-to'));
    expect(await linksIn(history, 'ShipmentArrived')).toMatchObject({ respondsTo: [shipment.id] });
    expect(await linksIn(history, 'ShipmentAnnounced')).toMatchObject({ respondedToBy: [arrival.id] });
  });

  test('beyond a hundred to one target has no effect there', async () => {
    const history = await opened().given(shipment);
    for (let number = 1; number <= 101; number += 1) {
      const briefing = build.briefingHeld({ stream: `briefing-${number}` });
      await history.when([briefing, build.recordLinked(briefing.stream, 'shipment-a', 'cites')]);
    }
    const { citedBy } = (await linksIn(history, 'ShipmentAnnounced')) as { citedBy: readonly string[] };
    expect(citedBy).toHaveLength(100);
    expect(citedBy.at(-1)).toBe('briefing-100');
  });

  test('ends at its target when the event that it comes from is retracted, not before', async () => {
    const history = await opened().given([shipment, signing, denial]);
    await history.when([
      build.recordLinked(denial, 'shipment-a', 'contradicts'),
      build.recordLinked(denial, shipment, 'cites'),
      build.recordLinked(denial, signing, 'cites'),
    ]);
    await history.when(build.eventRetracted(denial));
    expect(await linksIn(history, 'ShipmentAnnounced')).toEqual({ implements: ['mou-a'] });
    expect(await linksIn(history, 'MouSigned')).not.toHaveProperty('citedBy');
    expect(await linksIn(history, 'ShipmentAnnounced', '6')).toMatchObject({
      contradictedBy: [denial.id],
      citedBy: [denial.id],
    });
  });

  test('of a whole record ends when its last event is retracted, for good', async () => {
    const second = build.briefingHeld({ stream: 'briefing-a' });
    const link = build.recordLinked('briefing-a', 'shipment-a', 'contradicts');
    const history = await opened().given([shipment, denial, second, link]);
    await history.when(build.eventRetracted(denial));
    expect(await linksIn(history, 'ShipmentAnnounced')).toMatchObject({ contradictedBy: ['briefing-a'] });
    await history.when(build.eventRetracted(second));
    expect(await linksIn(history, 'ShipmentAnnounced')).toEqual({ implements: ['mou-a'] });
    await history.when([build.briefingHeld({ stream: 'briefing-a' }), build.linkWithdrawn(link)]);
    expect(await linksIn(history, 'ShipmentAnnounced')).toEqual({ implements: ['mou-a'] });
    expect(await linksIn(history, 'ShipmentAnnounced', '6')).toEqual({ implements: ['mou-a'] });
  });

  test('from an event that is retracted already does not show at its target', async () => {
    const history = await opened().given([shipment, denial, build.eventRetracted(denial)]);
    await history.when(build.recordLinked(denial, 'shipment-a', 'contradicts'));
    expect(await linksIn(history, 'ShipmentAnnounced')).toEqual({ implements: ['mou-a'] });
  });

  test('obeys the laws of replay', async () => {
    const link = build.recordLinked(denial, 'shipment-a', 'contradicts');
    const history = [
      signing,
      shipment,
      denial,
      link,
      build.shipmentArrived({ stream: 'shipment-a' }),
      build.recordLinked(denial, signing, 'cites'),
      build.linkWithdrawn(link),
      build.recordLinked(denial, 'shipment-a', 'responds-to'),
      build.eventRetracted(denial),
    ];
    await expect(countryTimeline).toObeyReplayLaws(history, { runs: 20 });
    await expect(countryTimeline).toObeyReplayLaws(history, { runs: 5, store: 'sqlite' });
    await expect(agreements).toObeyReplayLaws(history, { runs: 20 });
  });
});
