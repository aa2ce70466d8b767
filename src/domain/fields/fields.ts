import { actor, attribution } from './actor.ts';
import { amount } from './amount.ts';
import { labelled } from './field-kind.ts';
import {
  contentHash,
  country,
  date,
  dateNotes,
  instant,
  language,
  line,
  listOf,
  name,
  reference,
  stream,
  streamOf,
  text,
  topic,
  url,
  zonedDateTime,
} from './field-schemas.ts';
import { goods } from './goods.ts';
import { place } from './place.ts';

/**
 * The schemas that payloads are made of. A field with one of them is checked, normalised, shown on pages and filled in
 * by forms as the fields of the built-in types are. Add `.meta({ title, description })` for its label.
 */
export const fields = {
  actor,
  amount,
  attribution,
  contentHash,
  country,
  /** EDTF. */
  date,
  /** The fields `dateBasis` and `dateVerbatim`, to add to a payload as `...fields.dateNotes`. */
  dateNotes,
  goods,
  /** RFC 3339. */
  instant,
  /** An enumeration: `labelled({ tourist: 'Tourist visa', work: 'Work visa' })`. */
  labelled,
  /** BCP 47. */
  language,
  /** Text of a line or a paragraph. */
  line,
  listOf,
  /** A short name. */
  name,
  place,
  /** The id of an event or the name of a record. */
  reference,
  /** The name of a record. */
  stream,
  streamOf,
  text,
  topic,
  url,
  zonedDateTime,
} as const;
