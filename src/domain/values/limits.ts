/** Upper limits of what can be recorded. Characters are UTF-16 code units. */
export const limits = {
  /** Names of people, organisations, outlets, places; short phrases such as a unit. */
  nameCharsMax: 300,
  /** Titles, subjects, reasons: a line or a paragraph. */
  lineCharsMax: 2_000,
  /** Statements, commitments, amendments: a text. */
  textCharsMax: 50_000,
  urlCharsMax: 2_048,
  streamCharsMax: 200,
  topicCharsMax: 80,
  /** Statements of one briefing. */
  statementsMax: 500,
  /** Parties, signatories, goods, commitments, amounts. */
  itemsMax: 300,
  /** Topics, countries, references, sources, transcripts, languages, spokespersons. */
  labelsMax: 100,
  /** Links of an attribution chain, from the speaker to the outlet that was read. */
  attributionMax: 12,
  /** Field errors reported in one answer. */
  errorsMax: 100,
  /** Events of one record, corrections included. */
  recordEventsMax: 1_000,
  headlineCharsMax: 200,
  /** Longer than the longest name of a country, in any language. */
  countryNameCharsMax: 120,
} as const;
