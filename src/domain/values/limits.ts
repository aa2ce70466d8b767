/** The greatest sizes of what is recorded, in one place. Characters are UTF-16 code units. */
export const limits = {
  /** Names of people, organisations, outlets, places; short phrases such as a unit. */
  nameCharsMax: 300,
  /** Titles, subjects, reasons: what fits a line or a paragraph. */
  lineCharsMax: 2_000,
  /** What was said or agreed, in its own words. */
  textCharsMax: 50_000,
  urlCharsMax: 2_048,
  streamCharsMax: 200,
  topicCharsMax: 80,
  /** Statements of a briefing. */
  statementsMax: 500,
  /** Parties, signatories, goods, commitments, amounts. */
  itemsMax: 300,
  /** Topics, countries and references of one thing; sources, transcripts, languages, spokespersons. */
  labelsMax: 100,
  /** From the speaker to the outlet that was read. */
  attributionMax: 12,
  /** Field errors that one answer tells. */
  errorsMax: 100,
  /** Events of one record, those of curation included. */
  recordEventsMax: 1_000,
  headlineCharsMax: 200,
} as const;
