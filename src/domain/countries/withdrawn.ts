/** A state or territory that a withdrawn code stands for. Years are inclusive. */
export interface WithdrawnCountry {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Codes withdrawn from ISO 3166-1, in their alpha-2 form. `CS` was assigned twice, so its two states have their codes
 * of ISO 3166-3, CSHH and CSXX. Codes reassigned to a country in use (AI, BY, GE, SK) are left out.
 */
export const withdrawnCountries: Readonly<Record<string, WithdrawnCountry>> = {
  AN: { name: 'Netherlands Antilles', from: 1954, to: 2010 },
  BU: { name: 'Burma', from: 1948, to: 1989 },
  CSHH: { name: 'Czechoslovakia', from: 1918, to: 1992 },
  CSXX: { name: 'Serbia and Montenegro', from: 2003, to: 2006 },
  CT: { name: 'Canton and Enderbury Islands', from: 1937, to: 1979 },
  DD: { name: 'East Germany', from: 1949, to: 1990 },
  DY: { name: 'Dahomey', from: 1958, to: 1975 },
  FQ: { name: 'French Southern and Antarctic Territories', from: 1955, to: 1979 },
  FX: { name: 'Metropolitan France', from: 1993, to: 1997 },
  HV: { name: 'Upper Volta', from: 1958, to: 1984 },
  JT: { name: 'Johnston Island', from: 1934, to: 1986 },
  MI: { name: 'Midway Islands', from: 1867, to: 1986 },
  NH: { name: 'New Hebrides', from: 1906, to: 1980 },
  NQ: { name: 'Dronning Maud Land', from: 1939, to: 1983 },
  NT: { name: 'Saudi–Iraqi Neutral Zone', from: 1922, to: 1993 },
  PC: { name: 'Trust Territory of the Pacific Islands', from: 1947, to: 1994 },
  PU: { name: 'US Miscellaneous Pacific Islands', from: 1934, to: 1986 },
  PZ: { name: 'Panama Canal Zone', from: 1903, to: 1979 },
  RH: { name: 'Southern Rhodesia', from: 1923, to: 1980 },
  SU: { name: 'Soviet Union', from: 1922, to: 1991 },
  TP: { name: 'East Timor', from: 1974, to: 2002 },
  VD: { name: 'North Vietnam', from: 1945, to: 1976 },
  WK: { name: 'Wake Island', from: 1899, to: 1986 },
  YD: { name: 'South Yemen', from: 1967, to: 1990 },
  YU: { name: 'Yugoslavia', from: 1918, to: 2003 },
  ZR: { name: 'Zaire', from: 1971, to: 1997 },
};

/** Code that stood for several states → their codes of ISO 3166-3, in the order of time. */
export const reusedCodes: Readonly<Record<string, readonly string[]>> = { CS: ['CSHH', 'CSXX'] };
