/*
 * Names that a table gives to the wrong country, or that are no name of a country. They are left out by language and
 * code; names that only stand in the wrong row are added to the right code.
 */

/** Language file of i18n-iso-countries → codes whose row is wrong. */
const wrongRows: Readonly<Record<string, readonly string[]>> = {
  /** From MK to NG most rows hold the name of another row: MW is called Malaysia, MS Morocco. */
  dv: [
    'CC',
    'FM',
    'MC',
    'MD',
    'MK',
    'ML',
    'MS',
    'MV',
    'MW',
    'MX',
    'NA',
    'NE',
    'NG',
    'NI',
    'NP',
    'NR',
    'NZ',
    'YT',
  ],
  /** CD is called the People’s Republic of the Congo, a former name of CG. */
  el: ['CD'],
  /** PF is called French Guiana. */
  hi: ['PF'],
  /** CG is called the Democratic Republic, and CD the People’s Republic, of the Congo. */
  pt: ['CD', 'CG'],
  /** Translated as words: AX is “mainland”, RE “meeting”, CV “green hat”, IM “island of the human”, JE “jersey”. */
  sw: ['AX', 'BJ', 'CV', 'IM', 'JE', 'RE', 'SB', 'VG'],
  /** IQ is called Iran. */
  tk: ['IQ'],
  ur: ['CD'],
};

/** Language of ICU → codes whose name is wrong, in all its variants. */
const wrongDisplayNames: Readonly<Record<string, readonly string[]>> = {
  /** LT is called Latvia. */
  mzn: ['LT'],
  /** GB is called England. */
  wae: ['GB'],
  /** North and South are exchanged. */
  yo: ['KP', 'KR'],
};

export function isWrongRow(language: string, code: string): boolean {
  return wrongRows[language]?.includes(code) === true;
}

export function isWrongDisplayName(locale: string, code: string): boolean {
  const [language = ''] = locale.split('-', 1);
  return wrongDisplayNames[language]?.includes(code) === true;
}

/** Code → the names that stood in the rows of other codes. */
export const movedNames: Readonly<Record<string, readonly string[]>> = {
  CG: ['República Popular do Congo', 'Λαϊκή Δημοκρατία του Κονγκό'],
  FM: ['މައިކްރޮނޭޝިއާ'],
  KP: ['Àríwá Kọria', 'Àríwá Kɔria'],
  KR: ['Gúúsù Kọria', 'Gúúsù Kɔria'],
  MC: ['މޮނާކޯ'],
  MD: ['މޮލްޑޯވާ'],
  ML: ['މާލީ'],
  MX: ['މެކްސިކޯ'],
  NE: ['ނިޖަރު'],
  NG: ['ނައިޖީރިއާ'],
  NI: ['ނިކަރާގުއާ'],
  NP: ['ނޭޕާލް'],
  NR: ['ނައުރޫ'],
};
