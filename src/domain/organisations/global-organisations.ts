import { members, type Organisation } from './organisation.ts';

const ISLAMIC_COOPERATION =
  'AE AF AL AZ BD BF BH BJ BN CI CM DJ DZ EG GA GM GN GW GY ID IQ IR JO KG KM KW KZ LB LY MA ML MR MV MY MZ NE NG OM ' +
  'PK PS QA SA SD SL SN SO SR SY TD TG TJ TM TN TR UG UZ YE';

const OECD = 'AT AU BE CA CH CZ DE DK ES FI FR GB GR HU IE IS IT JP KR LU MX NL NO NZ PL PT SE SK TR US';

/** Organisations that are open to states of several regions, from the lists of members that they publish. */
export const globalOrganisations: readonly Organisation[] = [
  {
    key: 'un',
    name: 'United Nations',
    names: [
      'UN',
      'UNO',
      'United Nations Organization',
      'ONU',
      'Organisation des Nations Unies',
      '联合国',
      'ООН',
    ],
    wikidata: 'Q1065',
    members: [],
  },
  {
    key: 'opec',
    name: 'Organization of the Petroleum Exporting Countries',
    names: ['OPEC', 'Organisation of the Petroleum Exporting Countries'],
    wikidata: 'Q7795',
    members: [
      ...members('IQ IR KW SA VE'),
      ...members('QA', { from: '1961', to: '2018' }),
      ...members('LY', { from: '1962' }),
      ...members('ID', { from: '1962', to: '2008' }),
      ...members('AE', { from: '1967' }),
      ...members('DZ', { from: '1969' }),
      ...members('NG', { from: '1971' }),
      ...members('EC', { from: '1973', to: '1992' }),
      ...members('GA', { from: '1975', to: '1994' }),
      ...members('AO', { from: '2007', to: '2023' }),
      ...members('EC', { from: '2007', to: '2019' }),
      ...members('ID', { from: '2016', to: '2016-11-30' }),
      ...members('GA', { from: '2016-07-01' }),
      ...members('GQ', { from: '2017-05-25' }),
      ...members('CG', { from: '2018-06-22' }),
    ],
  },
  {
    key: 'g7',
    name: 'Group of Seven',
    names: ['G7', 'Group of 7'],
    wikidata: 'Q1764511',
    members: members('CA DE FR GB IT JP US'),
  },
  {
    // The African Union is a member too, which has no code.
    key: 'g20',
    name: 'Group of Twenty',
    names: ['G20', 'Group of 20'],
    wikidata: 'Q19771',
    members: members('AR AU BR CA CN DE EU FR GB ID IN IT JP KR MX RU SA TR US ZA'),
  },
  {
    key: 'brics',
    name: 'BRICS',
    names: ['BRICS+'],
    members: [
      ...members('BR CN IN RU'),
      ...members('ZA', { from: '2010' }),
      ...members('AE EG ET IR', { from: '2024-01-01' }),
      ...members('ID', { from: '2025-01-06' }),
    ],
  },
  {
    key: 'commonwealth',
    name: 'Commonwealth of Nations',
    names: ['Commonwealth', 'The Commonwealth'],
    wikidata: 'Q7785',
    members: [],
  },
  {
    key: 'oecd',
    name: 'Organisation for Economic Co-operation and Development',
    names: [
      'OECD',
      'OCDE',
      'Organization for Economic Cooperation and Development',
      'Organisation for Economic Cooperation and Development',
    ],
    wikidata: 'Q41550',
    members: [
      ...members(OECD),
      ...members('CL', { from: '2010-05-07' }),
      ...members('SI', { from: '2010-07-21' }),
      ...members('IL', { from: '2010-09-07' }),
      ...members('EE', { from: '2010-12-09' }),
      ...members('LV', { from: '2016-07-01' }),
      ...members('LT', { from: '2018-07-05' }),
      ...members('CO', { from: '2020-04-28' }),
      ...members('CR', { from: '2021-05-25' }),
    ],
  },
  { key: 'wto', name: 'World Trade Organization', names: ['WTO', 'OMC'], wikidata: 'Q7825', members: [] },
  {
    key: 'iaea',
    name: 'International Atomic Energy Agency',
    names: ['IAEA', 'AIEA'],
    wikidata: 'Q41984',
    members: [],
  },
  { key: 'imf', name: 'International Monetary Fund', names: ['IMF', 'FMI'], wikidata: 'Q7804', members: [] },
  { key: 'world-bank', name: 'World Bank', names: ['The World Bank'], wikidata: 'Q7164', members: [] },
  {
    key: 'who',
    name: 'World Health Organization',
    names: ['WHO', 'World Health Organisation', 'OMS'],
    wikidata: 'Q7817',
    members: [],
  },
  {
    key: 'oic',
    name: 'Organisation of Islamic Cooperation',
    names: ['OIC', 'Organization of Islamic Cooperation', 'Organisation of the Islamic Conference'],
    wikidata: 'Q47543',
    members: members(ISLAMIC_COOPERATION),
  },
];
