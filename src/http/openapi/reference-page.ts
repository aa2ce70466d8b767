import { LRUCache } from 'lru-cache';
import { apiReference } from '../../web/components/api-reference.ts';
import { docsPage } from '../../web/pages/docs-page.ts';
import type { Html } from '../../web/shell/html.ts';
import { sendConditionalPage } from '../protocol/conditional-response.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { API_REFERENCE, docsNavigation } from '../site/docs-library.ts';
import type { OpenApiDocument } from './openapi.ts';
import { referenceOf } from './reference.ts';

/** Each takes half a megabyte. A server has one name for nearly all of its clients. */
const PAGES_MAX = 4;

/** `GET /docs/api`: the description of the API as a page. */
export class ReferencePage {
  readonly #document: OpenApiDocument;
  /** By the origin that the commands name, as rendering takes a hundred times as long as sending. */
  readonly #pages = new LRUCache<string, Html>({ max: PAGES_MAX });

  constructor(document: OpenApiDocument) {
    this.#document = document;
  }

  show(req: Request, res: Response): void {
    const { origin } = req;
    const page = this.#pages.get(origin) ?? this.#render(origin);
    this.#pages.set(origin, page);
    sendConditionalPage(req, res, page);
  }

  #render(origin: string): Html {
    const { name, title } = API_REFERENCE;
    const { headings, body } = apiReference(referenceOf(this.#document, origin));
    return docsPage({ title, headings, body, navigation: docsNavigation(name) }).compact();
  }
}
