// Audits a running server against GraphQL over HTTP with the 61 audits of the npm package graphql-http.
//
//   TAILRACE_TOKEN=$(tailrace token --as vendor) node graphql_http.mjs
//
// The token is of a client that may introspect the schema (scope schema:read). TAILRACE_URL is where the server is reached,
// http://127.0.0.1:8000 unless said. Ends with status 1 unless every audit passes without a warning.
import { serverAudits } from 'graphql-http';

const url = `${process.env.TAILRACE_URL ?? 'http://127.0.0.1:8000'}/graphql`;
const token = process.env.TAILRACE_TOKEN;
if (!token) {
  console.error('Say with which token to ask: TAILRACE_TOKEN=$(tailrace token --as vendor)');
  process.exit(2);
}

const ask = (address, given = {}) => {
  const headers = new Headers(given.headers);
  headers.set('Authorization', `Bearer ${token}`);
  return fetch(address, { ...given, headers });
};

const found = { ok: 0, notice: 0, warn: 0, error: 0 };
for (const audit of serverAudits({ url, fetchFn: ask })) {
  const result = await audit.fn();
  found[result.status] += 1;
  if (result.status !== 'ok') {
    console.log(`${result.status.padEnd(6)} ${audit.id} ${audit.name}: ${result.reason}`);
    if (result.response) {
      console.log(`       ${result.response.status} ${result.response.headers.get('content-type')}`);
    }
  }
}
const all = Object.values(found).reduce((sum, each) => sum + each, 0);
console.log(`${all} audits: ${found.ok} pass, ${found.warn} warn, ${found.notice} note, ${found.error} fail`);
process.exit(found.ok === all && all > 0 ? 0 : 1);
