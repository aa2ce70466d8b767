import { bibtexCitation, type Citation, risCitation, textCitation } from '../formats/citation.ts';
import { answerByPrecondition, contentTag, revalidated } from './conditional-response.ts';
import { contentTypeOf, type FormatName } from './formats.ts';
import type { Request, Response } from './handler.ts';
import { sendFile } from './response.ts';

/** The formats of citations. */
export const CITATION_WRITERS: Partial<Record<FormatName, (citation: Citation) => string>> = {
  citation: textCitation,
  bibtex: bibtexCitation,
  ris: risCitation,
};

export const CITATION_FORMATS = Object.keys(CITATION_WRITERS) as readonly FormatName[];

export function sendCitation(citation: Citation, req: Request<unknown>, res: Response): void {
  const body = Buffer.from(CITATION_WRITERS[req.format]?.(citation) ?? '');
  const headers = revalidated(contentTag(body));
  if (!answerByPrecondition(req, res, headers)) sendFile(res, contentTypeOf(req.format), body, headers);
}
