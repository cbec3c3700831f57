// Where the server is that is asked, and with whose tokens: TAILRACE_URL (http://127.0.0.1:8000 unless said), TAILRACE_VENDOR,
// TAILRACE_DISTRIBUTOR and TAILRACE_RESELLER, each printed by `tailrace token --as vendor|distributor|reseller`.
export const base = process.env.TAILRACE_URL ?? 'http://127.0.0.1:8000';
export const url = `${base}/graphql`;
export const socket = `${base.replace(/^http/, 'ws')}/graphql`;

export function tokenOf(level) {
  const token = process.env[`TAILRACE_${level.toUpperCase()}`];
  if (!token) {
    console.error(`Say with which token to ask: TAILRACE_${level.toUpperCase()}=$(tailrace token --as ${level})`);
    process.exit(2);
  }
  return token;
}

export const headersOf = (level) => ({ Authorization: `Bearer ${tokenOf(level)}` });
