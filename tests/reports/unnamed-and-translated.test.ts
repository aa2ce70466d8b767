import { expect, test } from '@jest/globals';
import { desk, english, ministry, person, reportedBy } from './desk.ts';

const { record, event, country, roles, statements } = desk();

test('a spokesman reads from a leaked cable', async () => {
  // At a briefing on 9 January 2026, Rui Sampaio of the Portuguese foreign ministry read from a leaked cable of the
  // Embassy of Norway in Lisbon: “We should not sign before June.” Who wrote it is not known. Norway has said
  // nothing.
  await record({
    type: 'BriefingHeld',
    stream: 'briefing-portugal-2026-01-09',
    occurred: '2026-01-09',
    data: {
      institution: ministry('Ministry of Foreign Affairs of Portugal', 'PT'),
      hosts: ['PT'],
      format: 'regular',
      statements: [
        {
          key: 'cable',
          speaker: { ...ministry('Embassy of Norway in Lisbon', 'NO'), anonymity: 'leaked' },
          text: english('We should not sign before June.'),
          quoted: 'verbatim',
          attribution: [person('Rui Sampaio', 'PT')],
        },
      ],
    },
    sources: reportedBy('Harbour Gazette'),
  });
  expect(await statements('country=NO')).toMatchObject([
    {
      speaker: { ...ministry('Embassy of Norway in Lisbon', 'NO'), anonymity: 'leaked' },
      relayedBy: [person('Rui Sampaio', 'PT')],
      quoted: 'verbatim',
      speechAct: 'state',
      roles: { NO: ['relayed'], PT: ['speaker', 'issuer'] },
    },
  ]);
  const headline =
    'Ministry of Foreign Affairs of Portugal, regular briefing: Embassy of Norway in Lisbon, ' +
    'according to Rui Sampaio (Portugal), states: We should not sign before June.';
  expect(await country('NO')).toMatchObject([{ roles: ['relayed'], headline }]);
});

test('an official speaks on background', async () => {
  // A senior official of the Department of State, speaking on background on 20 April 2026, said that Washington was
  // concerned about the dam that Ethiopia is filling.
  await record({
    type: 'BriefingHeld',
    stream: 'briefing-background-2026-04-20',
    occurred: '2026-04-20',
    data: {
      institution: ministry('Department of State', 'US'),
      format: 'special',
      statements: [
        {
          key: 'dam',
          speaker: { ...person('a senior official', 'US'), anonymity: 'on-background' },
          speechAct: 'express-concern',
          text: english('Washington is concerned about the dam.'),
          quoted: 'paraphrase',
          countries: [{ country: 'ET', role: 'mentioned' }],
        },
      ],
    },
    sources: reportedBy('Danube Wire'),
  });
  expect(await statements('speaker=a senior official')).toMatchObject([
    {
      speaker: { name: 'a senior official', kind: 'person', country: 'US', anonymity: 'on-background' },
      speechAct: 'express-concern',
    },
  ]);
  // The report does not say where: nobody hosted.
  expect(await roles('US')).toEqual([['issuer', 'speaker']]);
  expect(await roles('ET')).toEqual([['mentioned']]);
});

test('a statement has an original, an official and a machine translation', async () => {
  // On 5 June 2026 the Chinese commerce ministry welcomed in Chinese a decision of Chile to cut a tariff, and put an
  // English translation on its site. The analyst added a machine translation into Spanish.
  const text = [
    { language: 'zh-Hans', value: '我们对此表示欢迎。', kind: 'original' },
    { language: 'en', value: 'We welcome this.', kind: 'official-translation' },
    { language: 'es', value: 'Damos la bienvenida a esto.', kind: 'machine-translation' },
  ];
  const { id } = await record({
    type: 'BriefingHeld',
    stream: 'briefing-mofcom-2026-06-05',
    occurred: '2026-06-05',
    data: {
      institution: ministry('Ministry of Commerce', '中国'),
      format: 'written-statement',
      statements: [
        {
          key: 'tariff',
          speaker: ministry('Ministry of Commerce', 'CN'),
          speechAct: 'welcome',
          text,
          quoted: 'verbatim',
          about: ['measure-chile-tariff-2026'],
          countries: [{ country: 'CL', role: 'target' }],
        },
      ],
    },
    sources: reportedBy('Ministry of Commerce'),
  });
  const headline = 'Ministry of Commerce, written statement: 我们对此表示欢迎。';
  expect(await country('CL')).toMatchObject([{ roles: ['target'], headline }]);
  const [{ headlineQuote }] = await country('CN');
  expect(headlineQuote.language).toBe('zh-Hans');
  expect(headline.slice(headlineQuote.from)).toBe('我们对此表示欢迎。');
  expect(await statements('about=measure-chile-tariff-2026')).toMatchObject([{ id, text }]);
  expect(JSON.stringify(await event(id))).toContain('"中国"');
});

test('ministers of an organisation meet by video', async () => {
  // The foreign ministers of Indonesia and Viet Nam joined the ASEAN foreign ministers’ videoconference of 11 August
  // 2026 on the haze. No country hosted it. Other ministers were not named.
  await record({
    type: 'MeetingHeld',
    stream: 'meeting-asean-haze-2026',
    occurred: '2026-08-11',
    data: {
      format: 'video-conference',
      hosts: [],
      participants: [
        { name: 'ASEAN', kind: 'igo' },
        person('Foreign Minister of Indonesia', 'ID'),
        person('Foreign Minister of Viet Nam', 'VN'),
      ],
      subject: 'the haze',
    },
    sources: reportedBy('Straits Bulletin'),
  });
  const headline =
    'Video conference: ASEAN, Foreign Minister of Indonesia and Foreign Minister of Viet Nam, on the haze';
  for (const code of ['ID', 'VN']) {
    expect(await country(code)).toMatchObject([
      { roles: ['participant'], headline, countries: ['ID', 'VN'], speechActs: [] },
    ]);
  }
  // A member that the report does not name is not claimed to have taken part.
  expect(await roles('TH')).toEqual([]);
});
