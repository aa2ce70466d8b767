import type { Request, Response } from 'express';
import { isProblemCode, PROBLEM_TYPES, sendProblem } from '../protocol/problems.ts';
import { sendJson } from '../protocol/response.ts';

const HOME = JSON.stringify({
  name: 'Chancery',
  links: {
    events: '/events',
    event: '/events/{id}',
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
    statements: '/statements',
    mous: '/mous',
    mou: '/mous/{stream}',
    news: '/countries/{code}/live',
    search: '/search{?q}',
    record: '/record',
    health: '/healthz',
    readiness: '/readyz',
  },
});

/** `GET /`: where everything is; templates are those of RFC 6570. */
export function showHome(_req: Request, res: Response): void {
  sendJson(res, 200, HOME);
}

/** `GET /problems/{code}`: what the type of a problem means. */
export function showProblemType(req: Request<{ code: string }>, res: Response): void {
  const { code } = req.params;
  if (isProblemCode(code))
    sendJson(res, 200, JSON.stringify({ type: `/problems/${code}`, ...PROBLEM_TYPES[code] }));
  else sendProblem(res, { code: 'unknown-resource' });
}
