import type { Request, Response } from '../protocol/handler.ts';
import { sendJson } from '../protocol/response.ts';

const HOME = JSON.stringify({
  name: 'Chancery',
  links: {
    events: '/events',
    event: '/events/{id}',
    receipt: '/events/{id}/receipt',
    stream: '/streams/{stream}',
    countries: '/countries',
    country: '/countries/{code}',
    topics: '/topics',
    topic: '/topics/{slug}',
    projections: '/projections',
    projection: '/projections/{name}',
    rebuild: '/projections/{name}/rebuild',
    timelines: '/projections/{name}/timelines',
    timeline: '/projections/{name}/timelines/{key}',
    relations: '/relations',
    relation: '/relations/{a}/{b}',
    actors: '/actors',
    actor: '/actors/{key}',
    statements: '/statements',
    mous: '/mous',
    mou: '/mous/{stream}',
    news: '/countries/{code}/live',
    changes: '/countries/{code}/changes{?from,to}',
    timegate: '/countries/{code}/timegate',
    timemap: '/countries/{code}/timemap',
    search: '/search{?q}',
    checkpoint: '/log/checkpoint',
    key: '/log/key',
    inclusionProof: '/log/proof/inclusion{?event,size}',
    consistencyProof: '/log/proof/consistency{?from,to}',
    subscriptions: '/subscriptions',
    subscription: '/subscriptions/{id}',
    deadLetters: '/subscriptions/{id}/dead-letters',
    inbox: '/inbox',
    draft: '/inbox/{id}',
    record: '/record',
    metrics: '/metrics',
    health: '/healthz',
    readiness: '/readyz',
    documentation: '/docs',
    openapi: '/openapi.json',
    schema: '/schemas/{type}',
    problem: '/problems/{code}',
  },
});

/** `GET /` as JSON: links to all resources, as URI templates (RFC 6570). */
export function showHome(_req: Request, res: Response): void {
  sendJson(res, 200, HOME);
}
