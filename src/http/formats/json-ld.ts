import { countryName } from '../../domain/countries/countries.ts';
import type { EventEntry, StatementEntry } from '../../web/components/timeline-view.ts';
import { countryUrl, eventUrl, topicUrl } from '../../web/text/url.ts';
import { topicLabel } from '../../web/text/vocabulary.ts';
import { type ExportEntry, titleOfEntry } from './entry-text.ts';
import type { ExportWriter } from './export-writer.ts';

/**
 * The terms of Schema.org, with Dublin Core for dates as stated and PROV-O for where an entry comes from. It is part of
 * each document, so that readers need not load one.
 */
const CONTEXT = {
  '@vocab': 'https://schema.org/',
  dcterms: 'http://purl.org/dc/terms/',
  prov: 'http://www.w3.org/ns/prov#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  about: { '@type': '@id' },
  additionalType: { '@type': '@vocab' },
  date: { '@id': 'dcterms:date', '@type': 'http://id.loc.gov/datatypes/edtf/EDTF' },
  startDate: { '@type': 'xsd:date' },
  endDate: { '@type': 'xsd:date' },
  isPartOf: { '@type': '@id' },
  recordedAt: { '@id': 'prov:generatedAtTime', '@type': 'xsd:dateTime' },
  attribution: { '@id': 'prov:wasAttributedTo' },
} as const;

/** JSON-LD 1.1: a graph of events (`Event`) or statements (`Quotation`) of Schema.org. */
export const jsonLdWriter: ExportWriter = {
  begin: ({ title, url }) => {
    const head = { '@context': CONTEXT, '@id': url, '@type': 'Dataset', name: title };
    return `${JSON.stringify(head).slice(0, -1)},"hasPart":[`;
  },
  items: (items, { parse, origin }, isFirst) => {
    const nodes = items.map((item) => JSON.stringify(nodeOf(parse(item) as ExportEntry, origin)));
    return `${isFirst ? '' : ','}${nodes.join(',')}`;
  },
  end: () => ']}',
};

/** One event as a document of its own. */
export function jsonLdEvent(entry: EventEntry, origin: string): string {
  return JSON.stringify({ '@context': CONTEXT, ...nodeOf(entry, origin) });
}

function nodeOf(entry: ExportEntry, origin: string): object {
  const own = 'statement' in entry ? statementNode(entry, origin) : eventNode(entry, origin);
  const { occurred, countries, topics, recordedAt, status, versions, type } = entry;
  const { earliest, latest, edtf } = occurred;
  return {
    ...own,
    additionalType: `${origin}/docs/events#${type.toLowerCase()}`,
    date: edtf,
    ...(earliest !== null && !('statement' in entry) && { startDate: earliest }),
    ...(latest !== null && !('statement' in entry) && { endDate: latest }),
    about: [
      ...countries.map((code) => ({
        '@id': `${origin}${countryUrl(code)}`,
        '@type': 'Country',
        name: countryName(code),
      })),
      ...topics.map((slug) => ({
        '@id': `${origin}${topicUrl(slug)}`,
        '@type': 'DefinedTerm',
        name: topicLabel(slug),
      })),
    ],
    creativeWorkStatus: status,
    version: versions,
    recordedAt,
  };
}

function eventNode(entry: EventEntry, origin: string): object {
  const { id, parties = [], attribution } = entry;
  return {
    '@id': `${origin}${eventUrl(id)}`,
    '@type': 'Event',
    identifier: id,
    name: titleOfEntry(entry),
    ...(parties.length > 0 && { contributor: parties.map(agentNode) }),
    ...(attribution.length > 0 && { attribution: [...new Set(attribution.flat())].map(namedAgent) }),
  };
}

function statementNode(entry: StatementEntry, origin: string): object {
  const { id, statement, speaker, text, attribution } = entry;
  return {
    '@id': `${origin}${eventUrl(id)}#${encodeURIComponent(statement)}`,
    '@type': 'Quotation',
    identifier: `${id}#${statement}`,
    text: text.map(({ language, value }) => ({ '@language': language, '@value': value })),
    spokenByCharacter: agentNode(speaker),
    isPartOf: `${origin}${eventUrl(id)}`,
    ...(attribution.length > 0 && { attribution: attribution.map(agentNode) }),
  };
}

interface Agent {
  readonly name: string;
  readonly kind?: string;
  readonly country?: string;
}

function agentNode({ name, kind, country }: Agent): object {
  return {
    '@type': kind === 'person' ? 'Person' : 'Organization',
    name,
    ...(country !== undefined && { nationality: countryName(country) }),
  };
}

function namedAgent(name: string): object {
  return { '@type': 'prov:Agent', name };
}
