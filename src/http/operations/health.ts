import type { Request, Response } from 'express';
import type { AppContext } from '../protocol/context.ts';
import { sendProblem } from '../protocol/problems.ts';
import { sendJson } from '../protocol/response.ts';

/** `GET /healthz`: the process answers. */
export function showHealth(_req: Request, res: Response): void {
  sendJson(res, 200, '{"status":"alive"}', { 'Cache-Control': 'no-store' });
}

/** `GET /readyz`: the log is there, every timeline has caught up with it since the start, every projector is at work. */
export function showReadiness({ connectivity, projections: timelines }: AppContext, res: Response): void {
  const projections = Object.values(timelines).map(({ name, state, isAlive, reader }) => {
    const told = isAlive || state === 'stopped' ? state : 'silent';
    return { name, state: told, position: reader?.checkpoint()?.position ?? null };
  });
  const headers = { 'Cache-Control': 'no-store' };
  const log = {
    state: connectivity.isConnected ? 'connected' : 'unavailable',
    unavailableSince: connectivity.unavailableSince?.toISOString() ?? null,
  };
  const waiting = projections.filter(({ state }) => state !== 'live');
  if (connectivity.isConnected && waiting.length === 0) {
    sendJson(res, 200, JSON.stringify({ status: 'ready', log, projections }), headers);
    return;
  }
  const away = connectivity.isConnected ? [] : ['the log is unavailable'];
  const detail = [...away, ...waiting.map(({ name, state }) => `${name} is ${state}`)].join('; ');
  sendProblem(res, { code: 'not-ready', detail, members: { log, projections }, headers });
}
