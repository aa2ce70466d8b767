import { LRUCache } from 'lru-cache';
import { limits } from '../values/limits.ts';
import { foldCase } from '../values/text.ts';

export type TopicOutcome =
  | { readonly outcome: 'resolved'; readonly topic: string }
  | { readonly outcome: 'refused'; readonly detail: string };

const ASCII_SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** A word ends before any other character than letter, mark, digit and joiner; the next begins with letter or digit. */
const BETWEEN_WORDS = /(?:^|[^\p{L}\p{M}\p{N}\u200c\u200d])[^\p{L}\p{N}]*/gu;
const FINAL_SIGMA = /σ(?![\p{L}\p{M}\p{N}])/gu;

/*
 * The zero-width non-joiner (U+200C) and joiner (U+200D) change how a word is written in some scripts only. UAX #31,
 * section 2.3, lists the contexts in which identifiers need them; these are the same without a table of viramas.
 */
const INDIC = scripts(
  ...['Bengali', 'Devanagari', 'Gujarati', 'Gurmukhi', 'Kannada', 'Khmer', 'Malayalam', 'Myanmar', 'Oriya'],
  ...['Sinhala', 'Tamil', 'Telugu'],
);
const CURSIVE = scripts('Arabic', 'Mandaic', 'Mongolian', 'Nko', 'Syriac');
const JOINER_IN_WORD = `${between(`${INDIC}${CURSIVE}`, '\\u200c')}|${between(INDIC, '\\u200d')}`;
/** Characters without a shape of their own: format characters, variation selectors, fillers. */
const INVISIBLE = '[\\p{Cf}\\p{Default_Ignorable_Code_Point}]';
const STRAY_INVISIBLE = new RegExp(`(?!${JOINER_IN_WORD})${INVISIBLE}`, 'gu');

function scripts(...names: readonly string[]): string {
  return names.map((name) => `\\p{Script_Extensions=${name}}`).join('');
}

/** A pattern for the character between two letters or marks of the scripts. */
function between(scriptsBeside: string, character: string): string {
  return `(?<=[\\p{L}\\p{M}])(?<=[${scriptsBeside}])${character}(?=[\\p{L}\\p{M}])(?=[${scriptsBeside}])`;
}

/**
 * Resolves a topic, as a person or a program writes it, to its slug: words of letters and digits of any script,
 * separated by single hyphens, with compatibility forms (NFKC) and case folded. “Rare Earths” and `rare_earths` are
 * `rare-earths`. Invisible characters are refused, as two topics that look the same would be two.
 */
export function resolveTopic(text: string): TopicOutcome {
  if (text.length <= limits.topicCharsMax && ASCII_SLUG.test(text))
    return { outcome: 'resolved', topic: text };
  const slug = slugOf(text.slice(0, limits.lineCharsMax));
  if (slug === '') return refused('A topic is one or more words of letters and digits, such as rare-earths.');
  if (slug.length > limits.topicCharsMax || text.length > limits.lineCharsMax) {
    return refused(
      `A topic is a few words, such as rare-earths, at most ${limits.topicCharsMax} characters.`,
    );
  }
  const [invisible] = text.normalize('NFKC').match(STRAY_INVISIBLE) ?? [];
  if (invisible === undefined) return { outcome: 'resolved', topic: slug };
  return refused(`The topic has an invisible character, ${codePointOf(invisible)}; send ${slug} without it.`);
}

/** Makes a slug of any text, without its invisible characters; empty if the text has no letters or digits. */
export function slugOf(text: string): string {
  const visible = text.normalize('NFKC').replace(STRAY_INVISIBLE, '');
  const words = foldCase(visible).normalize('NFKC').replace(BETWEEN_WORDS, '-').replace(/^-|-$/g, '');
  // Case folding makes every sigma the same letter; at the end of a word it is written in its final form.
  return words.replace(FINAL_SIGMA, 'ς');
}

/** The few topics of a collection recur in all its events, and folding one takes microseconds. */
const canonicalTopics = new LRUCache<string, string>({ max: 4_096, memoMethod: slugOrItself });

/**
 * Returns the slug of a recorded topic; the text itself if it cannot be a topic. Earlier versions recorded slugs in
 * other Unicode forms, such as full width.
 */
export function canonicalTopic(recorded: string): string {
  const isShort = recorded.length <= limits.topicCharsMax;
  return isShort && !ASCII_SLUG.test(recorded) ? canonicalTopics.memo(recorded) : slugOrItself(recorded);
}

function slugOrItself(text: string): string {
  const found = resolveTopic(text);
  return found.outcome === 'resolved' ? found.topic : text;
}

function refused(detail: string): TopicOutcome {
  return { outcome: 'refused', detail };
}

/** `U+200B`. */
function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Returns the English label if there is one, else the first. The keys are language tags. */
export function preferredLabel(labels: Readonly<Record<string, string>>): string | undefined {
  const tags = Object.keys(labels);
  const tag = tags.find((each) => /^en(?:-|$)/i.test(each)) ?? tags[0];
  return tag === undefined ? undefined : labels[tag];
}
