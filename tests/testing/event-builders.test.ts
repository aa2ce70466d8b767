import { describe, expect, test } from '@jest/globals';
import { builtInTypes, curationTypes } from '../../src/domain/event-types/registry.ts';
import { parseEvent } from '../../src/domain/events/parse.ts';
import {
  briefingHeld,
  builders,
  eventCorrected,
  eventRetracted,
  linkWithdrawn,
  mouSigned,
  recordLinked,
  replay,
} from '../../src/testing/index.ts';

/** One of each type. */
function oneOfEach() {
  const build = builders();
  const mou = build.mouSigned();
  const link = build.recordLinked(mou, 'mou-other', 'cites');
  return [
    build.briefingHeld(),
    mou,
    build.mouAmended(),
    build.mouEnteredIntoForce(),
    build.mouTerminated(),
    build.shipmentAnnounced(),
    build.shipmentDispatched(),
    build.shipmentArrived(),
    build.shipmentReturned(),
    build.shipmentCancelled(),
    build.eventCorrected(mou, { topics: ['mica'] }),
    link,
    build.linkWithdrawn(link),
    build.eventRetracted(mou),
  ];
}

describe('The builders of events', () => {
  test('know every type, and make what is accepted as it is', async () => {
    const events = oneOfEach();
    const known = [...builtInTypes, ...curationTypes].map(({ name }) => name);
    expect(events.map(({ type }) => type).sort()).toEqual(known.sort());
    for (const event of events) expect(parseEvent(event)).toMatchObject({ outcome: 'parsed' });
    const history = await replay().given(events);
    expect(await history.timeline('country', 'PK')).toMatchObject([
      { type: 'MouSigned', status: 'retracted', topics: ['mica'] },
      { type: 'ShipmentAnnounced' },
    ]);
  });

  test('make the same again in a set of their own', () => {
    expect(oneOfEach()).toEqual(oneOfEach());
    expect(builders().mouSigned()).toMatchObject({
      id: '00000000-0000-7000-a000-000000000001',
      stream: 'mou-1',
    });
  });

  test('never make an id twice in one file, be it with a set of their own or without', () => {
    const build = builders();
    const ids = [mouSigned(), mouSigned(), briefingHeld(), build.mouSigned(), build.briefingHeld()];
    expect(new Set(ids.map(({ id }) => id)).size).toBe(5);
  });

  test('take fields of the event and of its payload side by side, and leave out what is undefined', () => {
    const sources = [{ outlet: 'Xinhua' }];
    const event = briefingHeld({
      id: '00000000-0000-7000-8000-00000000abcd',
      stream: 'briefing-mfa',
      occurred: '2025-10',
      sources,
      correlationId: 'affair',
      host: 'Pakistan',
      topics: undefined,
    });
    expect(event).toEqual({
      id: '00000000-0000-7000-8000-00000000abcd',
      type: 'BriefingHeld',
      stream: 'briefing-mfa',
      occurred: '2025-10',
      data: {
        institution: { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'CN' },
        host: 'Pakistan',
        format: 'regular',
      },
      sources,
      correlationId: 'affair',
    });
  });

  test('correct the payload, the date or both, also of what was corrected before', () => {
    const mou = mouSigned();
    const first = eventCorrected(
      mou,
      { topics: ['mica'], place: undefined, occurred: '2025-09-09' },
      'Misread.',
    );
    expect(first).toMatchObject({ type: 'EventCorrected', stream: mou.stream });
    expect(first.data).toEqual({
      corrects: mou.id,
      data: { ...mou.data, topics: ['mica'] },
      occurred: '2025-09-09',
      reason: 'Misread.',
    });
    const second = eventCorrected(first, { title: 'MoU' });
    expect(second).toMatchObject({ stream: mou.stream });
    expect(second.data).toMatchObject({ corrects: first.id, data: { title: 'MoU', topics: ['mica'] } });
    expect(second.data).not.toHaveProperty('occurred');
  });

  test('retract events and link them, or their records by name', () => {
    const [mou, briefing] = [mouSigned(), briefingHeld()];
    expect(eventRetracted(mou)).toMatchObject({ stream: mou.stream, data: { retracts: mou.id } });
    const link = recordLinked(briefing, mou, 'contradicts');
    expect(link).toMatchObject({
      stream: briefing.stream,
      data: { from: briefing.id, to: mou.id, relation: 'contradicts' },
    });
    expect(recordLinked('shipment-1', 'mou-1').data).toMatchObject({
      from: 'shipment-1',
      to: 'mou-1',
      relation: 'implements',
    });
    expect(linkWithdrawn(link)).toMatchObject({ stream: briefing.stream, data: { withdraws: link.id } });
  });
});
