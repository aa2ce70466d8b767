import { citationText } from '../../web/text/citation-text.ts';

/** What is cited. */
export interface Citation {
  readonly title: string;
  /** Absolute URL that shows the same whatever is added later. */
  readonly url: string;
  /** The state that is cited; undefined while the log is empty. */
  readonly asOf: { readonly instant: string; readonly position: string } | undefined;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

export function textCitation(citation: Citation): string {
  return `${citationText(citation)}\n`;
}

/** An entry for BibTeX. Its key is made of the path and the position. */
export function bibtexCitation({ title, url, asOf }: Citation): string {
  const { year, month, day } = dateOf(asOf);
  const fields = [
    ['title', `{${escapeTex(title)}}`],
    ['howpublished', 'Chancery'],
    ...(asOf === undefined
      ? []
      : [
          ['year', year],
          ['month', MONTHS[Number(month) - 1]],
          ['day', day],
        ]),
    ['note', escapeTex(stateOf(asOf))],
    ['url', url.replace(/[{}\\]/g, encodeURIComponent)],
  ] as const;
  // A month is a macro and stands without braces.
  const lines = fields.map(([name, value]) => `  ${name} = ${name === 'month' ? value : `{${value}}`}`);
  return `@misc{${keyOf(url, asOf)},\n${lines.join(',\n')}\n}\n`;
}

/** The tags of the file format of reference managers, as of Research Information Systems. */
export function risCitation({ title, url, asOf }: Citation): string {
  const { year, month, day } = dateOf(asOf);
  const lines = [
    ['TY', 'ELEC'],
    ['TI', title.replace(/\s+/g, ' ')],
    ['DB', 'Chancery'],
    ...(asOf === undefined
      ? []
      : [
          ['PY', year],
          ['DA', `${year}/${month}/${day}`],
        ]),
    ['N1', stateOf(asOf)],
    ['UR', url],
    ['ER', ''],
  ];
  return lines.map(([tag, value]) => `${tag}  - ${value}\r\n`).join('');
}

function stateOf(asOf: Citation['asOf']): string {
  return asOf === undefined ? 'No events yet' : `As of ${asOf.instant}, position ${asOf.position}`;
}

function dateOf(asOf: Citation['asOf']) {
  const [year = '', month = '', day = ''] = asOf?.instant.slice(0, 10).split('-') ?? [];
  return { year, month, day };
}

function keyOf(url: string, asOf: Citation['asOf']): string {
  const path = new URL(url).pathname.replace(/[^a-zA-Z0-9]+/g, '-').replace(/-$/, '');
  return `chancery${path}${asOf === undefined ? '' : `-${asOf.position}`}`;
}

const TEX_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
};

function escapeTex(text: string): string {
  return text.replace(/[\\{}$&#%_^~]/g, (special) => TEX_ESCAPES[special] ?? `\\${special}`);
}
