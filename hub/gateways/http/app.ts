import type { ServerResponse } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { type Access, openToAll } from '../../access/access.ts';
import type { Links } from '../../access/links.ts';
import { HubError, quote, toHubError } from '../../core/error.ts';
import type { TopicHistory } from '../../core/history.ts';
import { createHealthRouter, type HealthOptions } from './health.ts';
import { createHistoryRouter } from './history.ts';
import { createLinksRouter } from './links.ts';
import { createLoginRouter, createPageGate, type LoginOptions } from './login.ts';
import type { RequestOrigin } from './origin.ts';
import { createPagesRouter } from './pages.ts';
import { refuse, statusOf } from './refuse.ts';
import { HttpCounters } from './requests.ts';
import { createTopicsRouter, type TopicsOptions } from './topics.ts';
import { createIdentify } from './visitor.ts';

export interface HttpAppOptions
  extends Omit<TopicsOptions, 'identify' | 'counters'>,
    Omit<HealthOptions, 'identify'> {
  readonly counters?: HttpCounters;
  /** Default: everyone is accepted. */
  readonly access?: Access | undefined;
  /** The logins of browsers, if they have to log in. */
  readonly logins?: LoginOptions['logins'];
  /** The links by which others are let in. Default: none are served. */
  readonly links?: Links | undefined;
  /** The history of topics. Default: none is served. */
  readonly history?: TopicHistory | undefined;
  /** Called for each authenticated request. */
  readonly onLetIn?: (response: ServerResponse) => void;
  /** The folder of the built pages. */
  readonly pagesFolder: string;
  /** Throws if a request is not for this hub, or comes from another site's page. */
  readonly checkOrigin: (request: RequestOrigin) => void;
  readonly log: Logger;
}

/** The known paths, for the error about any other. */
function describePaths({ history, links }: Pick<HttpAppOptions, 'history' | 'links'>): string {
  const api = ['/api/topics/<topic>', '/api/me', '/api/login', '/api/logout'];
  if (history) api.push('/api/history/<topic>');
  if (links) api.push('/api/links');
  return `/, /simulator, /login, /healthz, /readyz, /metrics, and ${api.join(', ')}`;
}

/** Pages and REST: everything on the pages' port except Socket.IO and MQTT. */
export function createHttpApp(options: HttpAppOptions): Express {
  const { pagesFolder, checkOrigin, log, access = openToAll, logins, links, history } = options;
  const { counters = new HttpCounters() } = options;
  const identify = createIdentify(access, options.onLetIn);
  const paths = describePaths(options);
  const app = express();
  app.disable('x-powered-by');
  app.use(secureHeaders());
  app.use((request, _response, next) => {
    checkOrigin(request);
    next();
  });
  app.use('/api/topics', createTopicsRouter({ ...options, counters, identify }));
  if (history) app.use('/api/history', createHistoryRouter({ ...options, history, identify }));
  if (links) app.use('/api/links', createLinksRouter({ links, identify }));
  app.use('/api', createLoginRouter({ access, logins, identify }));
  app.use(createHealthRouter({ ...options, identify }));
  app.use(createPagesRouter({ pagesFolder, gate: createPageGate({ access, logins, identify }) }));
  app.use((request) => {
    throw new HubError('topic/unknown', `there is no ${quote(request.path)}; there are ${paths}`);
  });
  app.use(createErrorHandler(log, counters));
  return app;
}

/** helmet's headers without those that need HTTPS, as a hub in a lab speaks plain HTTP. */
function secureHeaders() {
  return helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        // SVG parts have sizes and colours in style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
    // Without HTTPS, browsers log warnings about these two.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}

function createErrorHandler(log: Logger, counters: HttpCounters) {
  return (thrown: unknown, request: Request, response: Response, _next: NextFunction) => {
    const error = toHttpError(thrown);
    counters.refused++;
    if (statusOf(error) === 500) log.error({ err: thrown, path: request.path }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.removeHeader('Content-Encoding'); // Set for a compressed file that then could not be sent.
    refuse(response, error);
  };
}

/** Errors of Express's own middleware carry an HTTP status: below 500 the caller is at fault. */
function toHttpError(thrown: unknown): HubError {
  const { status }: { status?: unknown } = Object(thrown);
  if (!(thrown instanceof Error) || typeof status !== 'number' || status >= 500) return toHubError(thrown);
  const code = status === 413 ? 'payload/too-large' : status === 404 ? 'topic/unknown' : 'event/invalid';
  return new HubError(code, thrown.message, { cause: thrown });
}
