/** Invented treaties, as a spreadsheet might list them, and the mapping that reads them. */

export const TREATIES = `Number,Title,Parties,Signed,In force,Ended
1,Pakistan - Oman treaty (1997),"Pakistan, Oman",09/11/1997,,
2,"Korea, Republic of - Senegal treaty (1984)","Korea, Republic of, Senegal",12/07/1984,02/09/1985,
3,BLEU - Georgia treaty (1993),"BLEU (Economic Union), Georgia",23/06/1993,06/1996,31/12/2020
`;

/** A later edition: one title and one date changed, one treaty ended since, the third is gone, a fourth is new. */
export const LATER_TREATIES = `Number,Title,Parties,Signed,In force,Ended
1,Pakistan - Oman treaty on minerals (1997),"Pakistan, Oman",10/11/1997,,
2,"Korea, Republic of - Senegal treaty (1984)","Korea, Republic of, Senegal",12/07/1984,02/09/1985,01/2024
4,Pakistan - Qatar treaty (1999),"Pakistan, Qatar",06/04/1999,,
`;

export const treatyMapping = {
  dataSet: 'treaties',
  key: ['Number'],
  stream: 'mou-treaty-{Number}',
  dates: ['DD/MM/YYYY', 'MM/YYYY'],
  aliases: { Georgia: 'GE' },
  fields: {
    '/sources/0/outlet': { value: 'Treaty office' },
    '/sources/0/url': { text: 'https://treaties.example/{Number}' },
  },
  events: [
    {
      type: 'MouSigned',
      fields: {
        '/occurred': { column: 'Signed', as: 'date' },
        '/data/title': 'Title',
        '/data/instrument': { value: 'treaty' },
        '/data/parties': {
          column: 'Parties',
          as: 'countries',
          split: ', ',
          each: { name: '{}', kind: 'state', country: '{}' },
          values: { 'BLEU (Economic Union)': { name: 'BLEU', kind: 'igo' } },
        },
      },
    },
    {
      type: 'MouEnteredIntoForce',
      when: 'In force',
      fields: {
        '/occurred': { column: 'In force', as: 'date' },
        '/data/inForceFrom': { column: 'In force', as: 'date' },
      },
    },
    {
      type: 'MouTerminated',
      when: 'Ended',
      fields: {
        '/occurred': { column: 'Ended', as: 'date' },
        '/data/terminatedOn': { column: 'Ended', as: 'date' },
      },
    },
  ],
};
