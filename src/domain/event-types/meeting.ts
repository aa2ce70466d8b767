import { z } from 'zod';
import { actor } from '../fields/actor.ts';
import { labelled } from '../fields/field-kind.ts';
import {
  country,
  dateNotes,
  line,
  listOf,
  reference,
  topic,
  zonedDateTime,
} from '../fields/field-schemas.ts';
import { place } from '../fields/place.ts';
import { countriesAs } from '../fields/role.ts';
import { limits } from '../values/limits.ts';
import { enumerate } from '../values/text.ts';
import { type CountryRole, defineEventType } from './define-event-type.ts';

const FORMATS = {
  visit: 'Visit',
  call: 'Call',
  talks: 'Talks',
  summit: 'Summit',
  negotiation: 'Negotiation',
  'video-conference': 'Video conference',
} as const;

const data = z.strictObject({
  format: labelled(FORMATS).meta({ title: 'Format' }),
  hosts: listOf(country)
    .meta({ title: 'Hosts', description: 'The countries that host it. An empty list: none, as in a call.' })
    .exactOptional(),
  participants: listOf(actor, limits.itemsMax).min(1).meta({ title: 'Participants' }),
  places: listOf(place).meta({ title: 'Places', description: 'In the order visited.' }).exactOptional(),
  startsAt: zonedDateTime.meta({ title: 'Began' }).exactOptional(),
  subject: line
    .meta({ title: 'Subject', description: 'Completes “on …”, such as “the border crossings”.' })
    .exactOptional(),
  outcomes: listOf(reference)
    .meta({ title: 'Outcomes', description: 'Records and events that came out of it, such as agreements.' })
    .exactOptional(),
  topics: listOf(topic).meta({ title: 'Topics' }).exactOptional(),
  ...dateNotes,
});

type Meeting = z.infer<typeof data>;

export const meetingHeld = defineEventType({
  name: 'MeetingHeld',
  category: 'meeting',
  lane: 'Meetings',
  label: 'Meeting',
  description: 'Officials meet or talk: a visit, a call, talks, a summit, a negotiation, a video conference.',
  version: 1,
  data,
  headline: ({ format, participants, subject }: Meeting) => {
    const who = enumerate(participants.map(({ name }) => name));
    return `${FORMATS[format]}: ${who}${subject === undefined ? '' : `, on ${subject}`}`;
  },
  countries: countriesOf,
  references: ({ outcomes = [] }) => outcomes.map((to, index) => ({ to, pointer: `/outcomes/${index}` })),
  example: {
    occurred: '2025-09-25',
    data: {
      format: 'talks',
      hosts: ['US'],
      participants: [
        { name: 'Prime Minister of Pakistan', kind: 'person', country: 'PK' },
        { name: 'President of the United States', kind: 'person', country: 'US' },
      ],
      topics: ['critical-minerals'],
    },
  },
});

function countriesOf({ hosts = [], participants, places = [] }: Meeting): readonly CountryRole[] {
  const visited = countriesAs('mentioned', ...places);
  return [
    ...hosts.map((host) => [host, 'host'] as const),
    ...countriesAs('participant', ...participants),
    ...visited.filter(([country]) => !hosts.includes(country)),
  ];
}
