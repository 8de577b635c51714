import { type Request, Router } from 'express';
import { HubError } from '../../core/error.ts';
import { denied } from '../../core/rights.ts';
import type { Identify } from './visitor.ts';

export interface HealthOptions {
  readonly identify: Identify;
  /** Whether the hub does all that it is there for, and if not, why. */
  readonly readiness: { readonly reason: string | undefined };
  /** How it is, in the text format of Prometheus. */
  readonly metrics: Metrics;
}

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

/** Who may read this topic may see what is seen of the hub from within. */
const TOPIC = '$SYS/broker/metrics';

/** For whoever watches over the hub: `/healthz`, that it is there; `/readyz`, that it does its work; `/metrics`, how it does. */
export function createHealthRouter({ identify, readiness, metrics }: HealthOptions): Router {
  const router = Router();

  router.get('/healthz', (_request, response) => void response.json({ ok: true }));

  router.get('/readyz', async (request, response) => {
    const { reason } = readiness;
    response.set('Cache-Control', 'no-store');
    if (reason === undefined) response.json({ ok: true });
    else response.status(503).json({ ok: false, ...((await mayLookInside(request)) && { reason }) });
  });

  router.get('/metrics', async (request, response) => {
    const visitor = await identify(request);
    if (!visitor.rights().mayRead(TOPIC)) throw denied('read', TOPIC);
    response.set({ 'Cache-Control': 'no-store', 'Content-Type': metrics.contentType });
    response.send(await metrics.text());
  });

  /** Nobody is turned away: a stranger hears less. */
  async function mayLookInside(request: Request): Promise<boolean> {
    try {
      const visitor = await identify(request);
      return visitor.rights().mayRead(TOPIC);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return false;
    }
  }

  return router;
}
