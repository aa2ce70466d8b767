import { expect, test } from '@jest/globals';
import { desk, english, ministry, person, reportedBy, state } from './desk.ts';

const { record, country, roles, statements } = desk();

test('an embassy abroad answers a question in writing', async () => {
  // Asked by the Harbour Gazette on 3 March 2026 whether visas for Kenyan students had been suspended, the Embassy
  // of Canada in Nairobi said in a written statement: “No visa category has been suspended.” No official was named.
  const embassy = ministry('Embassy of Canada in Nairobi', 'CA');
  await record({
    type: 'BriefingHeld',
    stream: 'briefing-canada-nairobi-2026-03-03',
    occurred: '2026-03-03',
    data: {
      institution: embassy,
      hosts: ['KE'],
      setting: 'written',
      format: 'written-statement',
      statements: [
        {
          key: 'visas',
          speaker: { name: 'Embassy of Canada in Nairobi', kind: 'government-body' },
          speechAct: 'deny',
          text: english('No visa category has been suspended.'),
          quoted: 'verbatim',
          questions: [{ outlet: 'Harbour Gazette', text: 'Have visas for Kenyan students been suspended?' }],
        },
      ],
    },
    sources: reportedBy('Harbour Gazette'),
  });
  expect(await country('CA')).toMatchObject([
    {
      roles: ['issuer'],
      headline: 'Embassy of Canada in Nairobi, written statement: No visa category has been suspended.',
      speechActs: ['deny'],
    },
  ]);
  expect(await roles('KE')).toEqual([['host']]);
  expect(await statements('country=CA')).toMatchObject([
    { institution: embassy, roles: { CA: ['issuer'] }, questions: [{ outlet: 'Harbour Gazette' }] },
  ]);
  // The host said nothing, and nothing is aimed at it.
  expect(await statements('country=KE')).toEqual([]);
});

test('two ministers brief jointly in a third country', async () => {
  // After talks in Vienna on 14 May 2026, the Armenian foreign ministry called the press together to hear both
  // ministers. Ara Petrosyan of Armenia said that Georgia deserved praise: it had kept the road open. Nino Beridze
  // of Georgia promised that the road would stay open all winter.
  await record({
    type: 'BriefingHeld',
    stream: 'briefing-vienna-2026-05-14',
    occurred: '2026-05-14',
    data: {
      institution: ministry('Ministry of Foreign Affairs of Armenia', 'AM'),
      spokespersons: [person('Ara Petrosyan', 'AM'), person('Nino Beridze', 'GE')],
      hosts: ['AT'],
      setting: 'in-person',
      format: 'joint',
      statements: [
        {
          key: 'praise',
          speaker: person('Ara Petrosyan', 'AM'),
          speechAct: 'praise',
          text: english('Georgia kept the road open.'),
          quoted: 'paraphrase',
          countries: [{ country: 'GE', role: 'target' }],
        },
        {
          key: 'promise',
          speaker: person('Nino Beridze', 'GE'),
          speechAct: 'promise',
          text: english('The road will stay open all winter.'),
          quoted: 'paraphrase',
        },
      ],
    },
    sources: reportedBy('Danube Wire'),
  });
  expect(await roles('AT')).toEqual([['host']]);
  expect(await roles('AM')).toEqual([['issuer', 'speaker']]);
  expect(await roles('GE')).toEqual([['target', 'speaker']]);
  expect(await statements('speaker=Nino Beridze')).toMatchObject([
    { statement: 'promise', speechAct: 'promise' },
  ]);
  expect(await statements('country=AT')).toEqual([]);
});

test('a spokesman relays an assurance of another country', async () => {
  // Asked on 13 October 2025 about ore samples shown in Washington, Lin Jian of the Chinese foreign ministry said
  // that Pakistan had assured China that the dealings would never harm Chinese interests. Pakistan itself has said
  // nothing.
  await record({
    type: 'BriefingHeld',
    stream: 'briefing-mfa-2025-10-13',
    occurred: '2025-10-13',
    data: {
      institution: ministry('Ministry of Foreign Affairs', 'CN'),
      hosts: ['CN'],
      format: 'regular',
      statements: [
        {
          key: 'assurance',
          speaker: state('Pakistan', 'PK'),
          speechAct: 'assure',
          text: english('The dealings will never harm Chinese interests.'),
          quoted: 'paraphrase',
          attribution: [person('Lin Jian', 'CN'), { name: 'Harbour Gazette', kind: 'media' }],
          countries: [{ country: 'CN', role: 'target' }],
        },
      ],
    },
    sources: reportedBy('Harbour Gazette'),
  });
  const headline =
    'Ministry of Foreign Affairs, regular briefing: Pakistan, according to Lin Jian (China), assures: ' +
    'The dealings will never harm Chinese interests.';
  expect(await country('PK')).toMatchObject([{ roles: ['relayed'], headline }]);
  expect(await roles('CN')).toEqual([['host', 'issuer', 'speaker', 'target']]);
  expect(await statements('country=PK')).toMatchObject([
    { roles: { PK: ['relayed'] }, relayedBy: [person('Lin Jian', 'CN')] },
  ]);
});

test('a spokeswoman briefs on a plane over the ocean', async () => {
  // On the flight from Tokyo on 2 February 2026, State Department spokeswoman Dana Whitfield took two questions at
  // once, from Ruth Olsen of the Danube Wire and from Tom Achebe: would the talks go on, and when? She declined to
  // comment.
  await record({
    type: 'BriefingHeld',
    stream: 'briefing-flight-2026-02-02',
    occurred: '2026-02-02',
    data: {
      institution: ministry('Department of State', 'US'),
      spokespersons: [person('Dana Whitfield', 'US')],
      hosts: [],
      setting: 'in-flight',
      venue: 'On the flight from Tokyo',
      format: 'gaggle',
      statements: [
        {
          key: 'talks',
          speaker: person('Dana Whitfield', 'US'),
          speechAct: 'decline-to-comment',
          text: english('She did not comment.'),
          quoted: 'paraphrase',
          questions: [
            { asker: 'Ruth Olsen', outlet: 'Danube Wire', text: 'Will the talks go on?' },
            { asker: 'Tom Achebe', text: 'When?' },
          ],
        },
      ],
    },
    sources: reportedBy('Danube Wire'),
  });
  expect(await roles('US')).toEqual([['issuer', 'speaker']]);
  expect(await country('JP')).toEqual([]);
  const [said] = await statements('speechAct=decline-to-comment');
  expect(said.questions).toEqual([
    { asker: 'Ruth Olsen', outlet: 'Danube Wire', text: 'Will the talks go on?' },
    { asker: 'Tom Achebe', text: 'When?' },
  ]);
  expect(said.countries).toEqual(['US']);
});
