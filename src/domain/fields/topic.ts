import { limits } from '../values/limits.ts';

export type TopicOutcome =
  | { readonly outcome: 'resolved'; readonly topic: string }
  | { readonly outcome: 'refused'; readonly detail: string; readonly suggestion: string | undefined };

const ASCII_SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{N}]+/gu;

/**
 * Checks a topic. Topics are slugs: words of letters and digits of any script, in lower case and NFC, separated by
 * single hyphens.
 */
export function resolveTopic(text: string): TopicOutcome {
  if (text.length <= limits.topicCharsMax && isSlug(text)) return { outcome: 'resolved', topic: text };
  const slug = slugOf(text.slice(0, limits.lineCharsMax));
  const suggestion = slug === '' || slug.length > limits.topicCharsMax ? undefined : slug;
  const hint = suggestion === undefined ? 'such as rare-earths' : `perhaps ${suggestion}`;
  const rule = `lower-case words separated by hyphens, at most ${limits.topicCharsMax} characters`;
  return { outcome: 'refused', detail: `A topic is a slug: ${rule}, ${hint}.`, suggestion };
}

function isSlug(text: string): boolean {
  return ASCII_SLUG.test(text) || (text !== '' && slugOf(text) === text);
}

/** Makes a slug of any text; empty if the text has no letters or digits. */
export function slugOf(text: string): string {
  const words = text.normalize('NFC').toLowerCase().normalize('NFC').replace(BETWEEN_WORDS, '-');
  return words.replace(/^-|-$/g, '');
}
