/**
 * The last heading of each chapter of the Harmonized System that any edition up to 2022 has. Chapter 77 is reserved
 * and empty; 98 and 99 are left to national tariffs.
 */
const LAST_HEADINGS = [
  '0106 0210 0309 0410 0511 0604 0714 0814 0910 1008 1109 1214 1302 1404 1522 1605 1704 1806 1905 2009',
  '2106 2209 2309 2404 2530 2621 2716 2853 2942 3006 3105 3215 3307 3407 3507 3606 3707 3827 3926 4017',
  '4115 4206 4304 4421 4504 4602 4707 4823 4911 5007 5113 5212 5311 5408 5516 5609 5705 5811 5911 6006',
  '6117 6217 6310 6406 6507 6603 6704 6815 6914 7020 7118 7229 7326 7419 7508 7616 7806 7907 8007 8113',
  '8215 8311 8487 8549 8609 8716 8807 8908 9033 9114 9209 9307 9406 9508 9620 9706',
].flatMap((headings) => headings.split(' '));

const lastHeadings: ReadonlyMap<string, string> = new Map(
  LAST_HEADINGS.map((heading) => [heading.slice(0, 2), heading]),
);

/** The edition that introduced a heading at the end of its chapter. */
const FIRST_EDITIONS: Readonly<Record<string, string>> = {
  '0308': '2012',
  '0309': '2022',
  '2404': '2022',
  '2852': '2007',
  '2853': '2007',
  '3824': '1996',
  '3825': '2002',
  '3826': '2012',
  '3827': '2022',
  '4112': '2002',
  '4113': '2002',
  '4114': '2002',
  '4115': '2002',
  '8486': '2007',
  '8487': '2007',
  '8549': '2022',
  '8806': '2022',
  '8807': '2022',
  '9619': '2012',
  '9620': '2017',
};

/** The headings above are not complete for later editions. */
const LAST_EDITION = '2022';
/** National tariffs have more digits than the Harmonized System, and chapters of their own. */
const NATIONAL_CHAPTERS = ['98', '99'];
const SUBHEADING_DIGITS = 6;

/**
 * Returns why no edition, or not the given one, has the code; undefined if it may exist. Only chapters and headings
 * are known here: a code whose heading exists may still have a wrong subheading.
 *
 * @param code two digits or more
 */
export function hsCodeFault(code: string, edition?: string): string | undefined {
  const chapter = code.slice(0, 2);
  const isNational = NATIONAL_CHAPTERS.includes(chapter) && code.length > SUBHEADING_DIGITS;
  const last = lastHeadings.get(chapter);
  if (last === undefined) {
    return isNational ? undefined : `The Harmonized System has no chapter ${chapter}.`;
  }
  const heading = code.slice(0, 4);
  if (heading.length < 4 || (edition !== undefined && edition > LAST_EDITION)) return undefined;
  if (heading > last || heading.endsWith('00')) {
    return `Chapter ${chapter} of the Harmonized System has no heading ${heading}; its last one is ${last}.`;
  }
  const first = FIRST_EDITIONS[heading];
  if (edition === undefined || first === undefined || edition >= first) return undefined;
  return `Heading ${heading} came with the edition of ${first}; hsEdition is ${edition}.`;
}
