import { uuid } from '../../append/sent-events.ts';

/*
 * One story for the tests of claims. A meeting of India and Pakistan is reported. Pakistan affirms it, at a briefing
 * that the state agency relays. India denies it, and China is not aware of it.
 */

const dawn = { outlet: 'Dawn', url: 'https://www.dawn.com/news/2' };
const ministry = (country: string) => ({
  name: 'Ministry of Foreign Affairs',
  kind: 'government-body',
  country,
});
const person = (name: string, country: string) => ({ name, kind: 'person', country });
const agency = (name: string) => ({ name, kind: 'media' });

export const STREAM = 'meeting-doha-2025';
export const [MEETING, AFFIRMATION, DENIAL, NOT_AWARE] = [uuid(1), uuid(2), uuid(3), uuid(4)];

export const meeting = {
  type: 'MeetingHeld',
  id: MEETING,
  stream: STREAM,
  occurred: '2025-10-19',
  data: {
    format: 'talks',
    hosts: ['QA'],
    participants: [
      { name: 'India', kind: 'state', country: 'IN' },
      { name: 'Pakistan', kind: 'state', country: 'PK' },
      { name: 'Afghanistan', kind: 'state', country: 'AF' },
    ],
    topics: ['border-crossings'],
  },
  sources: [{ ...dawn, attribution: [person('A senior official', 'QA'), agency('AFP')] }],
};

function briefing(id: string, country: string, statement: object, sources: readonly object[] = [dawn]) {
  return {
    type: 'BriefingHeld',
    id,
    stream: `briefing-${country.toLowerCase()}`,
    occurred: '2025-10-20',
    data: {
      institution: ministry(country),
      format: 'regular',
      statements: [{ key: '1', quoted: 'verbatim', ...statement }],
    },
    sources,
  };
}

const english = (value: string) => [{ language: 'en', value }];

export const affirmation = briefing(AFFIRMATION, 'PK', {
  speaker: person('Shafqat Ali Khan', 'PK'),
  speechAct: 'affirm',
  text: english('The two sides did meet in Doha.'),
  about: [STREAM],
  attribution: [agency('Associated Press of Pakistan'), agency('Dawn')],
});

export const denial = briefing(
  DENIAL,
  'IN',
  {
    speaker: person('Randhir Jaiswal', 'IN'),
    speechAct: 'deny',
    text: english('No such meeting took place.'),
    about: [MEETING],
  },
  [{ outlet: 'The Hindu', url: 'https://www.thehindu.com/1' }, { outlet: 'Reuters' }],
);

export const notAware = briefing(NOT_AWARE, 'CN', {
  speaker: person('Lin Jian', 'CN'),
  speechAct: 'not-aware',
  text: english('I am not aware of what you mentioned.'),
  about: [STREAM],
});

export const confirmation = {
  type: 'RecordLinked',
  id: uuid(5),
  stream: denial.stream,
  occurred: '2025-10-21',
  data: { from: DENIAL, to: MEETING, relation: 'contradicts', basis: 'The spokesperson denies the meeting.' },
  sources: [{ outlet: 'The desk' }],
};
