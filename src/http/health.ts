import type { Request, Response } from 'express';
import type { AppContext } from './app-context.ts';
import { sendProblem } from './problem-details.ts';
import { sendJson } from './response.ts';

/** `GET /healthz`: the process answers. */
export function showHealth(_req: Request, res: Response): void {
  sendJson(res, 200, '{"status":"alive"}', { 'Cache-Control': 'no-store' });
}

/** `GET /readyz`: every timeline has caught up with the log since the start, and every projector is at work. */
export function showReadiness({ timelines }: AppContext, res: Response): void {
  const projections = Object.values(timelines).map(({ name, state, isAlive, reader }) => {
    const told = isAlive || state === 'stopped' ? state : 'silent';
    return { name, state: told, position: reader?.checkpoint()?.position ?? null };
  });
  const headers = { 'Cache-Control': 'no-store' };
  const waiting = projections.filter(({ state }) => state !== 'live');
  if (waiting.length === 0) {
    sendJson(res, 200, JSON.stringify({ status: 'ready', projections }), headers);
    return;
  }
  const detail = waiting.map(({ name, state }) => `${name} is ${state}`).join('; ');
  sendProblem(res, { code: 'not-ready', detail, members: { projections }, headers });
}
