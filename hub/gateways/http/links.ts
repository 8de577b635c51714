import express, { Router } from 'express';
import { z } from 'zod';
import type { Links } from '../../access/links.ts';
import { HubError } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';
import type { Identify } from './visitor.ts';

interface LinksOptions {
  readonly links: Links;
  readonly identify: Identify;
}

/** Compressed bodies are refused, because each keeps a buffer that no limit counts until it is complete. */
const BODY = { limit: '1kb', inflate: false };

const schema = z.strictObject(
  { role: z.string().min(1).max(64) },
  { error: 'the body must be JSON: { "role": … }' },
);

/** `GET /`, the roles that the sender may give to others, and `POST /`, a token for a link. Mount it under `/api/links`. */
export function createLinksRouter({ links, identify }: LinksOptions): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    const { principal } = await identify(request);
    const { addresses } = links;
    response.set('Cache-Control', 'no-store');
    response.json({ ok: true, roles: links.rolesFor(principal), addresses });
  });
  router.post('/', express.json(BODY), async (request, response) => {
    const { principal, rights } = await identify(request);
    rights(); // Throws if the account has ended meanwhile.
    const token = await links.tokenFor(principal, parseRole(request.body));
    response.set('Cache-Control', 'no-store').json({ ok: true, token });
  });
  return router;
}

function parseRole(body: unknown): string {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data.role;
  throw new HubError('event/invalid', describeIssues(parsed.error), { cause: parsed.error });
}
