import { defineProjection, topicDefined, topicsOf } from '../src/index.ts';

/** What is known of a topic besides the events on it. Names follow SKOS. */
export interface Concept {
  /** Slug. */
  readonly topic: string;
  /** Language tag → label. */
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string | null;
  /** Slugs of the topics that it is a part of. */
  readonly broader: readonly string[];
  /** Slugs of the topics that are a part of it. */
  readonly narrower: readonly string[];
}

/**
 * Labels and relations of the topics. Definitions of one topic add up: a later one adds labels and broader topics, and
 * replaces labels of the same language. To take something back, correct or retract the definition.
 *
 * The ETags of topics name the version of `topic` only, so raise that version whenever you raise this one.
 */
export const concepts = defineProjection({
  name: 'concepts',
  version: 2,
  eventTypes: [topicDefined],
  keysOf: topicsOf,
  initial: (topic): Concept => ({ topic, labels: {}, description: null, broader: [], narrower: [] }),
  when: {
    TopicDefined: (concept, { data, status }) => {
      if (status === 'retracted') return concept;
      if (data.topic !== concept.topic)
        return { ...concept, narrower: union(concept.narrower, [data.topic]) };
      return {
        ...concept,
        labels: { ...concept.labels, ...data.labels },
        description: data.description ?? concept.description,
        broader: union(concept.broader, data.broader ?? []),
      };
    },
  },
});

function union(topics: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...topics, ...more])].sort();
}
