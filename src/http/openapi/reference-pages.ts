import { LRUCache } from 'lru-cache';
import { type ApiSection, apiArea, apiIndex, apiObjects } from '../../web/components/api-reference.ts';
import { type DocsView, docsPage } from '../../web/pages/docs-page.ts';
import type { Html } from '../../web/shell/html.ts';
import { sendConditionalPage } from '../protocol/conditional-response.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { API_REFERENCE, docsNavigation } from '../site/docs-library.ts';
import type { OpenApiDocument } from './openapi.ts';
import { areaLinks, areaOf, objectsOf, REFERENCE_URL } from './reference.ts';

/** The page of all objects, beside those of areas. */
const OBJECTS = {
  id: 'objects',
  name: 'Objects',
  description: 'The members of the JSON objects that requests and responses consist of.',
};

/** The description of the API as pages: an index, a page for each area, and one for the objects of bodies. */
export class ReferencePages {
  readonly #document: OpenApiDocument;
  /** By the origin that commands name, and the area, as rendering takes a hundred times as long as sending. */
  readonly #areas: LRUCache<string, Html>;
  #index: Html | undefined;
  #objects: Html | undefined;

  constructor(document: OpenApiDocument) {
    this.#document = document;
    // The areas of one origin: a server has one name for nearly all of its clients.
    this.#areas = new LRUCache({ max: document.tags.length });
  }

  /** `GET /docs/api` */
  showIndex(req: Request, res: Response): void {
    this.#index ??= this.#renderIndex();
    sendConditionalPage(req, res, this.#index);
  }

  /** `GET /docs/api/:area` */
  showArea(req: Request, res: Response): void {
    const { origin, params } = req;
    const id = params['area'] ?? '';
    const page = id === OBJECTS.id ? this.#renderObjects() : this.#renderArea(id, origin);
    if (page === undefined) sendProblem(res, { code: 'unknown-resource' });
    else sendConditionalPage(req, res, page);
  }

  #renderIndex(): Html {
    const objects = { ...OBJECTS, url: `${REFERENCE_URL}/${OBJECTS.id}`, operations: [] };
    const index = apiIndex(this.#document.info.description, [...areaLinks(this.#document), objects]);
    return referencePage({ title: API_REFERENCE.title, ...index });
  }

  #renderObjects(): Html {
    this.#objects ??= subpage(OBJECTS.name, apiObjects(objectsOf(this.#document)));
    return this.#objects;
  }

  #renderArea(id: string, origin: string): Html | undefined {
    const key = `${origin} ${id}`;
    const kept = this.#areas.get(key);
    if (kept !== undefined) return kept;
    const area = areaOf(this.#document, id, origin);
    const page = area && subpage(area.name, apiArea(area));
    if (page !== undefined) this.#areas.set(key, page);
    return page;
  }
}

function subpage(title: string, section: ApiSection): Html {
  return referencePage({ title, parent: { url: REFERENCE_URL, title: API_REFERENCE.title }, ...section });
}

function referencePage(view: Omit<DocsView, 'navigation'>): Html {
  return docsPage({ ...view, navigation: docsNavigation(API_REFERENCE.name) }).compact();
}
