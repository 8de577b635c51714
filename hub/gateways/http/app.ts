import type { ServerResponse } from 'node:http';
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { type Access, openToAll } from '../../access/access.ts';
import type { Links } from '../../access/links.ts';
import type { Classroom } from '../../classroom/classroom.ts';
import { HubError, quote, toHubError } from '../../core/error.ts';
import type { TopicHistory } from '../../core/ports.ts';
import { SearchQueue } from '../../session/search-queue.ts';
import type { ClientEvents } from '../client-events.ts';
import type { Administration } from './admin/administration.ts';
import { createAdminRouter } from './admin/router.ts';
import { createAsyncApiRouter } from './asyncapi.ts';
import { createClassroomRouter } from './classroom/router.ts';
import { errorPage, isForPerson } from './error-page.ts';
import type { EventStreams } from './events.ts';
import { type Exposure, shareWithOrigins } from './exposure.ts';
import { createHealthRouter, type HealthOptions } from './health.ts';
import { createHistoryRouter } from './history.ts';
import type { KindModules } from './kind-modules.ts';
import { createLinksRouter } from './links.ts';
import { createListsRouter } from './lists.ts';
import { createLoginRouter, createPageGate, type LoginOptions } from './login.ts';
import { createModulesRouter } from './modules.ts';
import { createOpenApiRouter, pathsOf, refuseOtherMethods } from './openapi.ts';
import type { Part } from './operation.ts';
import { createPagesRouter } from './pages.ts';
import { refuse, statusOf } from './refuse.ts';
import { createRequestHeadRouter } from './request-head.ts';
import { HttpCounters } from './requests.ts';
import { createTopicsRouter, type TopicsOptions } from './topics.ts';
import { createIdentify, type Identify, notedUser } from './visitor.ts';
import { createWwwRouter } from './www.ts';

export interface HttpAppOptions
  extends Omit<TopicsOptions, 'identify' | 'counters'>,
    Omit<HealthOptions, 'identify'> {
  readonly counters?: HttpCounters;
  /** Default: everyone is accepted. */
  readonly access?: Access | undefined;
  /** The logins of browsers, if they have to log in. */
  readonly logins?: LoginOptions['logins'];
  readonly loginPage?: LoginOptions['loginPage'];
  /** The links by which others are let in. Default: none are served. */
  readonly links?: Links | undefined;
  /** The history of topics. Default: none is served. */
  readonly history?: TopicHistory | undefined;
  /** Streams of events. Default: none are served. */
  readonly eventStreams?: EventStreams | undefined;
  /** The state that administrators see and change. Default: none. */
  readonly administration?: Administration | undefined;
  /** The class, if the hub has one; needs `administration` and `logins`. Default: none. */
  readonly classroom?: Classroom | undefined;
  /** Receives refusals. Default: nobody does. */
  readonly events?: Pick<ClientEvents, 'refused$'> | undefined;
  /** The modules of kinds that the pages do not know. Default: none. */
  readonly kindModules?: readonly KindModules[] | undefined;
  /** Called for each authenticated request. */
  readonly onLetIn?: (response: ServerResponse) => void;
  /** Divides long searches into turns. Default: real time. */
  readonly scheduler?: SchedulerLike;
  /** Pinhub's version, as the description of REST names it. */
  readonly version: string;
  /** The folder of the built pages. */
  readonly pagesFolder: string;
  readonly exposure: Exposure;
  /** The hubs of a cluster, to whose pages those of this one may go. Default: it is alone. */
  readonly clusterHubs?: { readonly pageOrigins: readonly string[] } | undefined;
  readonly log: Logger;
}

/** The known paths, for the error about any other. */
function describePaths(options: HttpAppOptions): string {
  const { exposure, classroom } = options;
  const www = exposure.www === undefined ? [] : ['/www/'];
  const paths = [
    ...['/', '/simulator', '/topics', '/admin', '/api', '/learn', '/docs/', '/login'],
    ...(classroom ? ['/class'] : []),
    ...pathsOf(partsOf(options)),
    ...www,
  ];
  const [last, ...others] = paths.map((path) => exposure.basePath + path).reverse();
  return `${others.reverse().join(', ')}, and ${last}`;
}

function partsOf({
  history,
  links,
  eventStreams,
  administration,
  classroom,
}: HttpAppOptions): ReadonlySet<Part> {
  const accounts = administration?.accounts;
  const all = { history, links, events: eventStreams, administration, accounts, classroom };
  const parts = Object.entries(all) as [Part, unknown][];
  return new Set(parts.filter(([, part]) => part !== undefined).map(([name]) => name));
}

/** Pages and REST: everything on the pages' port except Socket.IO and MQTT. */
export function createHttpApp(options: HttpAppOptions): Express {
  const { exposure, access = openToAll } = options;
  const { counters = new HttpCounters() } = options;
  const identify = createIdentify(access, exposure, options.onLetIn);
  const paths = describePaths(options);
  const app = express();
  app.disable('x-powered-by').enable('case sensitive routing');
  app.use(secureHeaders(options));
  app.use((request, response, next) => {
    exposure.check(request);
    if (!shareWithOrigins(exposure, request, response)) next();
  });
  if (exposure.basePath !== '') app.use(leadTo(exposure.basePath));
  app.use(exposure.basePath || '/', createRouter({ ...options, access, counters }, identify));
  app.use(({ originalUrl }) => {
    const path = originalUrl.replace(/\?.*/s, '');
    throw new HubError('topic/unknown', `there is no ${quote(path)}; there are ${paths}`);
  });
  app.use(createErrorHandler(options, counters));
  return app;
}

/** Everything below the base path. */
function createRouter(
  options: HttpAppOptions & { readonly access: Access; readonly counters: HttpCounters },
  identify: Identify,
): Router {
  const { pagesFolder, access, logins, loginPage, links, history, exposure } = options;
  const router = express.Router();
  const searches = new SearchQueue(options.scheduler ?? asyncScheduler, options.hub.now);
  router.use(refuseOtherMethods(partsOf(options)));
  router.use('/api', createListsRouter({ ...options, identify, searches }));
  router.use(createAsyncApiRouter({ ...options, identify, searches }));
  router.use('/api', createRequestHeadRouter({ identify }));
  router.use('/api/topics', createTopicsRouter({ ...options, identify }));
  if (history) router.use('/api/history', createHistoryRouter({ ...options, history, identify }));
  if (options.eventStreams) router.use('/api', options.eventStreams.createRouter(identify));
  if (links) router.use('/api/links', createLinksRouter({ links, identify }));
  const { administration } = options;
  if (administration) router.use(createAdminRouter({ ...options, administration, identify, searches }));
  const { classroom } = options;
  if (classroom && administration)
    router.use(createClassroomRouter({ ...options, classroom, administration, identify, logins }));
  router.use('/api', createLoginRouter({ access, logins, identify, exposure }));
  router.use(createOpenApiRouter({ version: options.version, exposure, parts: partsOf(options) }));
  router.use(createHealthRouter({ ...options, identify }));
  const entrance = classroom ? `${exposure.basePath}/class` : loginPage;
  const gate = createPageGate({ access, logins, identify, exposure, loginPage: entrance });
  router.use(createModulesRouter({ modules: options.kindModules ?? [], identify, gate }));
  router.use(
    createPagesRouter({
      pagesFolder,
      gate,
      basePath: exposure.basePath,
      loginPage,
      hasClass: classroom !== undefined,
    }),
  );
  if (exposure.www !== undefined) router.use('/www', createWwwRouter(exposure.www));
  return router;
}

/** Leads from `/`, and from the base path without the slash behind which relative addresses begin, to the dashboard. */
function leadTo(basePath: string): RequestHandler {
  return ({ method, originalUrl }, response, next) => {
    const [path = '', query] = originalUrl.split('?', 2);
    if ((method !== 'GET' && method !== 'HEAD') || (path !== '/' && path !== basePath)) return next();
    response.redirect(`${basePath}/${query === undefined ? '' : `?${query}`}`);
  };
}

/** helmet's headers without those that need HTTPS, as a hub in a lab speaks plain HTTP. */
function secureHeaders({ exposure: { frameAncestors }, clusterHubs }: HttpAppOptions) {
  // A page asks whether another hub answers before it goes there.
  const otherHubs = () => clusterHubs?.pageOrigins.join(' ') ?? '';
  return helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        connectSrc: ["'self'", 'ws:', 'wss:', otherHubs],
        fontSrc: ["'self'"],
        frameAncestors: ["'self'", ...frameAncestors],
        imgSrc: ["'self'", 'data:'],
        // SVG parts have sizes and colors in style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
    // X-Frame-Options cannot name other origins. Browsers that know frame-ancestors ignore it anyway (CSP 3, 6.4.2).
    xFrameOptions: frameAncestors.length === 0,
    // Without HTTPS, browsers log warnings about these two.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}

function createErrorHandler({ log, events, exposure }: HttpAppOptions, counters: HttpCounters) {
  return (thrown: unknown, request: Request, response: Response, _next: NextFunction) => {
    const error = toHttpError(thrown);
    if (isGivenUp(response, error)) return;
    counters.refused++;
    // "Not found" is an answer, not a refusal.
    if (statusOf(error) !== 404)
      events?.refused$.next({
        protocol: 'http',
        address: exposure.addressOf(request),
        user: notedUser(response),
        error,
      });
    if (statusOf(error) === 500) log.error({ err: thrown, path: request.path }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.removeHeader('Content-Encoding'); // Set for a compressed file that then could not be sent.
    if (isForPerson(request, exposure.basePath))
      refuse(response, error, errorPage(error, request, exposure.basePath));
    else refuse(response, error);
  };
}

/** Whether the work for an answer has ended since its client has left. */
function isGivenUp({ destroyed }: Response, { code }: HubError): boolean {
  return destroyed && code === 'session/closed';
}

/** Errors of Express's own middleware carry an HTTP status: below 500 the caller is at fault. */
function toHttpError(thrown: unknown): HubError {
  const { status }: { status?: unknown } = Object(thrown);
  if (!(thrown instanceof Error) || typeof status !== 'number' || status >= 500) return toHubError(thrown);
  const code = status === 413 ? 'payload/too-large' : status === 404 ? 'topic/unknown' : 'event/invalid';
  return new HubError(code, thrown.message, { cause: thrown });
}
