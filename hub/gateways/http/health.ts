import { type Request, Router } from 'express';
import { HubError } from '../../core/error.ts';
import type { Identify } from './visitor.ts';

export interface HealthOptions {
  readonly identify: Identify;
  /** Why the hub cannot do all its work; `undefined` if it can. */
  readonly readiness: { readonly reason: string | undefined };
  /** Metrics in Prometheus's text format. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

/** Clients that may read this topic may see metrics, and why the hub is not ready. */
const TOPIC = '$SYS/broker/metrics';

/** For monitoring: `/healthz` (the process runs), `/readyz` (the hub does all its work), `/metrics`. */
export function createHealthRouter({ identify, readiness, metrics }: HealthOptions): Router {
  const checkMayRead = async (request: Request) => (await identify(request)).checkRight('read', TOPIC);
  const router = Router();

  router.get('/healthz', (_request, response) => void response.json({ ok: true }));

  router.get('/readyz', async (request, response) => {
    const { reason } = readiness;
    response.set('Cache-Control', 'no-store');
    if (reason === undefined) response.json({ ok: true });
    else response.status(503).json({ ok: false, ...((await mayRead(request)) && { reason }) });
  });

  router.get('/metrics', async (request, response) => {
    await checkMayRead(request);
    response.set({ 'Cache-Control': 'no-store', 'Content-Type': metrics.contentType });
    response.send(await metrics.text());
  });

  function mayRead(request: Request): Promise<boolean> {
    return checkMayRead(request).then(
      () => true,
      (error) => {
        if (error instanceof HubError) return false;
        throw error;
      },
    );
  }

  return router;
}
