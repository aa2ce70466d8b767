import { limits } from '../values/limits.ts';

export type TopicOutcome =
  | { readonly outcome: 'resolved'; readonly topic: string }
  | { readonly outcome: 'refused'; readonly detail: string; readonly suggestion: string | undefined };

const ASCII_SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{N}]+/gu;

/**
 * The one place where a topic is resolved. A topic is a slug: words of letters and digits of any script, lower case,
 * in NFC, with single hyphens between them.
 */
export function resolveTopic(text: string): TopicOutcome {
  if (text.length <= limits.topicCharsMax && isSlug(text)) return { outcome: 'resolved', topic: text };
  const slug = slugOf(text.slice(0, limits.lineCharsMax));
  const suggestion = slug === '' || slug.length > limits.topicCharsMax ? undefined : slug;
  const hint = suggestion === undefined ? 'such as rare-earths' : `here perhaps ${suggestion}`;
  const rule = `lower-case words with hyphens between them, at most ${limits.topicCharsMax} characters`;
  return { outcome: 'refused', detail: `A topic is a slug: ${rule}, ${hint}.`, suggestion };
}

function isSlug(text: string): boolean {
  return ASCII_SLUG.test(text) || (text !== '' && slugOf(text) === text);
}

function slugOf(text: string): string {
  const words = text.normalize('NFC').toLowerCase().normalize('NFC').replace(BETWEEN_WORDS, '-');
  return words.replace(/^-|-$/g, '');
}
