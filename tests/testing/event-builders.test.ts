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

/** Builds one event of each type. */
function buildAll() {
  const build = builders();
  const mou = build.mouSigned();
  const link = build.recordLinked(mou, 'mou-other', 'cites');
  return [
    build.briefingHeld(),
    mou,
    build.mouAmended(),
    build.mouEnteredIntoForce(),
    build.mouRenewed(),
    build.mouTerminated(),
    build.mouParticipationChanged(),
    build.shipmentAnnounced(),
    build.shipmentDispatched(),
    build.shipmentArrived(),
    build.shipmentReturned(),
    build.shipmentCancelled(),
    build.shipmentIntercepted(),
    build.meetingHeld(),
    build.measureImposed(),
    build.measureEased(),
    build.measureLifted(),
    build.sourceAdded(mou),
    build.topicDefined(),
    build.eventCorrected(mou, { topics: ['mica'] }),
    link,
    build.linkWithdrawn(link),
    build.eventRetracted(mou),
  ];
}

describe('The event builders', () => {
  test('cover every type and build events that are accepted', async () => {
    const events = buildAll();
    const sent = curationTypes.filter(({ isServerRecorded }) => isServerRecorded !== true);
    const types = [...builtInTypes, ...sent].map(({ name }) => name);
    expect(events.map(({ type }) => type).sort()).toEqual(types.sort());
    for (const event of events) expect(parseEvent(event)).toMatchObject({ outcome: 'parsed' });
    const history = await replay().given(events);
    expect(await history.timeline('country', 'PK')).toMatchObject([
      { type: 'MouSigned', status: 'retracted', topics: ['mica'] },
      { type: 'MeetingHeld' },
      { type: 'ShipmentAnnounced' },
    ]);
  });

  test('build the same events in every new set', () => {
    expect(buildAll()).toEqual(buildAll());
    expect(builders().mouSigned()).toMatchObject({
      id: '00000000-0000-7000-a000-000000000001',
      stream: 'mou-1',
    });
  });

  test('never assign an id twice in one file, with or without a set of their own', () => {
    const build = builders();
    const ids = [mouSigned(), mouSigned(), briefingHeld(), build.mouSigned(), build.briefingHeld()];
    expect(new Set(ids.map(({ id }) => id)).size).toBe(5);
  });

  test('accept fields of the event and of its payload side by side, and omit undefined fields', () => {
    const sources = [{ outlet: 'Xinhua' }];
    const event = briefingHeld({
      id: '00000000-0000-7000-8000-00000000abcd',
      stream: 'briefing-mfa',
      occurred: '2025-10',
      sources,
      correlationId: 'affair',
      hosts: ['Pakistan'],
      topics: undefined,
    });
    expect(event).toEqual({
      id: '00000000-0000-7000-8000-00000000abcd',
      type: 'BriefingHeld',
      stream: 'briefing-mfa',
      occurred: '2025-10',
      data: {
        institution: { name: 'Ministry of Foreign Affairs', kind: 'government-body', country: 'CN' },
        hosts: ['Pakistan'],
        format: 'regular',
      },
      sources,
      correlationId: 'affair',
    });
  });

  test('build corrections of the payload, the date or both, also of an earlier correction', () => {
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

  test('build retractions, and links between events or records', () => {
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
