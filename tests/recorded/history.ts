import { builders } from '../../src/testing/builders/event-builders.ts';
import { generateEvents } from '../bench/generate-events.ts';

const GENERATED = 700;
const SEED = 11;
/** States that have no other events in common, so their relations come from the treaty alone. */
const PARTIES = `
  AL AM AZ BA BG CY DK EE GE HR IE IS KG LI LT LU LV MC MD ME MK MT RS SI SK SM TJ TM BY VA
`
  .trim()
  .split(/\s+/);
/** One date of each form, with what is open, unknown, uncertain or approximate. */
const DATES = [
  '2009',
  '2009-02',
  '2009-01-07/2009-01-09',
  '../2009-02-13',
  '2009-02-13/..',
  '/2009-01',
  '2009-02/',
  '[2009-01-13,2009-02-20]',
  '{2009-01-13,2009-02-20}',
  '2009-0X',
  '2009-01-XX',
  '2009-01-20?',
  '2009-01-20~',
  '2009-02~',
  '2009%',
];

const ambassador = { name: 'Zoë Łukasz-Öztürk', kind: 'person', country: 'TR' } as const;
const ministry = { name: '外交部', kind: 'government-body', country: 'CN' } as const;
const alliance = { name: 'OTAN', kind: 'igo' } as const;

const TEXT = [
  { language: 'zh', value: '双方就此保持沟通。', kind: 'original' as const },
  {
    language: 'en',
    value: 'Both sides “remain in touch” on this – & <more>.',
    kind: 'own-translation' as const,
  },
];

/** Ids of events that are corrected twice, linked with others, and retracted. */
export const CURATED = {
  corrected: '00000000-0000-7000-b000-000000000001',
  linked: '00000000-0000-7000-b000-000000000002',
  retracted: '00000000-0000-7000-b000-000000000003',
} as const;

type Builders = ReturnType<typeof builders>;

/** Returns the events, each valid after those before it. Every call returns the same. */
export function recordedHistory(): readonly object[] {
  const generated = [...generateEvents(GENERATED, SEED)];
  const build = builders();
  const written = [
    ...topics(build),
    ...treaty(build),
    ...briefings(build),
    ...everyType(build),
    ...curations(build),
  ];
  const middle = GENERATED / 2;
  return [...generated.slice(0, middle), ...written, ...generated.slice(middle)];
}

function topics({ topicDefined }: Builders): object[] {
  const labels = { en: 'Trade & tariffs', ur: 'تجارت', zh: '贸易' };
  return [
    topicDefined({ topic: 'trade', labels, broader: ['economy'] }),
    topicDefined({ topic: 'economy', labels: { en: 'Economy' } }),
    topicDefined({ topic: 'nothing-yet', labels: { fr: 'Rien « encore »' } }),
  ];
}

function treaty({ mouSigned, mouParticipationChanged, mouEnteredIntoForce }: Builders): object[] {
  const parties = PARTIES.map(
    (country) => ({ name: `Government of ${country}`, kind: 'state', country }) as const,
  );
  const [stream, instrument, occurred] = ['mou-treaty-of-thirty', 'treaty', '2009-01-15'] as const;
  const [first = ministry] = parties;
  return [
    mouSigned({
      stream,
      occurred,
      instrument,
      parties,
      witnesses: [alliance, ambassador],
      topics: ['trade'],
    }),
    ...parties
      .slice(0, 5)
      .map((party) => mouParticipationChanged({ stream, occurred: '2009-02-01', act: 'ratified', party })),
    mouEnteredIntoForce({ stream, occurred: '2009-02-10', inForceFrom: '2009-02-10' }),
    mouParticipationChanged({ stream, occurred: '2009-03~', act: 'withdrew', party: first }),
  ];
}

function briefings({ briefingHeld }: Builders): object[] {
  const said = { speaker: ambassador, quoted: 'verbatim' as const, text: TEXT, topics: ['trade'] };
  const about = { about: ['mou-treaty-of-thirty'], countries: [{ country: 'PK', role: 'target' as const }] };
  const attribution = [ambassador, ministry, { name: 'Xinhua', kind: 'media' as const }];
  const statements = [
    { ...said, key: 'own', speechAct: 'deny' as const, ...about },
    { ...said, key: 'relayed', speechAct: 'assure' as const, attribution },
  ];
  const dated = DATES.map((occurred) => {
    return briefingHeld({ occurred, institution: ministry, hosts: ['CN'], statements });
  });
  return [...dated, briefingHeld({ occurred: '1975', hosts: ['SU', 'YU'], topics: ['trade'] })];
}

/** Returns the example of each type, the later steps on the records that they belong to. */
function everyType(build: Builders): object[] {
  const [signing, announcement, imposition] = [
    build.mouSigned(),
    build.shipmentAnnounced(),
    build.measureImposed(),
  ];
  const [mou, shipment, measure] = [signing, announcement, imposition].map(({ stream }) => ({ stream }));
  const unlinked = build.shipmentAnnounced({ implements: ['mou-unseen'] });
  return [
    ...[signing, announcement, imposition, unlinked],
    build.meetingHeld({ occurred: '2009-02-11', topics: ['trade'] }),
    ...[build.mouAmended(mou), build.mouRenewed(mou), build.mouTerminated(mou)],
    ...[build.shipmentDispatched(shipment), build.shipmentIntercepted(shipment)],
    ...[build.shipmentArrived(shipment), build.shipmentReturned(shipment)],
    build.shipmentCancelled({ stream: unlinked.stream }),
    ...[build.measureEased(measure), build.measureLifted(measure)],
  ];
}

function curations(build: Builders): object[] {
  const {
    briefingHeld,
    meetingHeld,
    eventCorrected,
    eventRetracted,
    sourceAdded,
    recordLinked,
    linkWithdrawn,
  } = build;
  const [briefing, meeting, wrong] = [
    briefingHeld({
      id: CURATED.corrected,
      occurred: '2009-01-21',
      hosts: ['PK'],
      topics: ['trade', 'border'],
    }),
    meetingHeld({ id: CURATED.linked, occurred: '2009-01-22', hosts: ['CN'] }),
    briefingHeld({ id: CURATED.retracted, occurred: '2009-01-23', hosts: ['PK'] }),
  ];
  const redated = eventCorrected(briefing, { occurred: '2009-02-21~', hosts: ['IN'] });
  const link = recordLinked(briefing, meeting, 'responds-to');
  return [
    ...[briefing, meeting, wrong, redated, eventCorrected(redated, { hosts: ['IN', 'PK'] })],
    ...[
      sourceAdded(meeting),
      sourceAdded(meeting, { outlet: 'AFP', language: 'fr' }, 0),
      eventRetracted(wrong),
    ],
    ...[link, recordLinked(meeting.stream, 'mou-treaty-of-thirty', 'implements'), linkWithdrawn(link)],
    recordLinked(meeting, briefing, 'contradicts'),
  ];
}
