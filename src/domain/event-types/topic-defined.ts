import { z } from 'zod';
import { names } from '../fields/actor.ts';
import { issue } from '../fields/field-error.ts';
import { dateNotes, line, listOf, topic } from '../fields/field-schemas.ts';
import { preferredLabel } from '../fields/topic.ts';
import { enumerate } from '../values/text.ts';
import { defineEventType } from './define-event-type.ts';

const defined = z.strictObject({
  topic: topic.meta({ title: 'Topic', description: 'Any spelling of the topic.' }),
  labels: names
    .meta({
      title: 'Labels',
      description: 'Language tag → what the topic is called in that language (SKOS prefLabel).',
    })
    .exactOptional(),
  broader: listOf(topic)
    .meta({ title: 'Broader topics', description: 'Topics that it is a part of (SKOS broader).' })
    .exactOptional(),
  description: line
    .meta({ title: 'Description', description: 'What belongs to the topic and what does not.' })
    .exactOptional(),
  ...dateNotes,
});

type Defined = z.infer<typeof defined>;

export const topicDefined = defineEventType({
  name: 'TopicDefined',
  category: 'topic',
  lane: 'Topics',
  label: 'Topic defined',
  description:
    'What a topic is called and which topics it is a part of. Several definitions of one topic add up. It appears on ' +
    'the timelines of the topic and of its broader topics, and on no other.',
  version: 1,
  data: defined.check(refuseItself),
  headline: ({ topic: slug, labels = {}, broader = [] }: Defined) => {
    const part = broader.length === 0 ? '' : `, part of ${enumerate(broader.map(asWords))}`;
    return `Topic defined: ${preferredLabel(labels) ?? asWords(slug)}${part}`;
  },
  countries: () => [],
  topics: ({ topic: slug, broader = [] }) => [slug, ...broader],
  example: {
    occurred: '2025-09-01',
    data: {
      topic: 'rare-earths',
      labels: { en: 'Rare earths', zh: '稀土' },
      broader: ['critical-minerals'],
    },
  },
});

function asWords(slug: string): string {
  return slug.replaceAll('-', ' ');
}

/** Circles of several topics are left alone, as no reader follows broader topics further than one step. */
function refuseItself(field: z.core.ParsePayload<Defined>): void {
  const { topic: slug, broader = [] } = field.value;
  const index = broader.indexOf(slug);
  if (index < 0) return;
  const detail = `${slug} is the topic itself; name topics that it is a part of, or leave the field out.`;
  field.issues.push(issue(slug, 'invalid-topic', detail, ['broader', index]));
}
