import { type SpeechAct, type Statement, speechActOf } from '../event-types/statement.ts';

/**
 * What a statement says of a thing that it is about: that it is so (`affirms`), that it is not so (`denies`), nothing
 * although it was asked or could have (`withholds`), or something that presupposes or evaluates it (`mentions`).
 */
export const STANCES = ['affirms', 'denies', 'withholds', 'mentions'] as const;

export type Stance = (typeof STANCES)[number];

/**
 * The speech acts that take a stance. All others only mention what they are about: whoever criticises or welcomes
 * something seems to believe in it, but has not said so.
 */
const STANCE_OF_ACT: { readonly [Act in SpeechAct]?: Stance } = {
  affirm: 'affirms',
  acknowledge: 'affirms',
  announce: 'affirms',
  assure: 'affirms',
  agree: 'affirms',
  deny: 'denies',
  reject: 'denies',
  'decline-to-comment': 'withholds',
  'not-aware': 'withholds',
  'refer-elsewhere': 'withholds',
};

export function stanceOf(statement: Statement): Stance {
  return STANCE_OF_ACT[speechActOf(statement)] ?? 'mentions';
}

/** Returns the speech acts that take a stance. */
export function actsWithStance(stance: Stance): readonly SpeechAct[] {
  return (Object.keys(STANCE_OF_ACT) as SpeechAct[]).filter((act) => STANCE_OF_ACT[act] === stance);
}
