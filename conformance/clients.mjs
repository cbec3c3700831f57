// Each of the clients that portals are built with does a real round trip against the running server: Apollo Client, urql and
// Relay page through what a portal shows, graphql-ws and graphql-sse follow a report that is handed in meanwhile.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client/core';
import { Client as Urql, cacheExchange, fetchExchange } from '@urql/core';
import { createClient as sse } from 'graphql-sse';
import { createClient as ws } from 'graphql-ws';
import { print } from 'graphql';
import runtime from 'relay-runtime';
import WebSocket from 'ws';
import * as distributor from './built/generated/distributor.js';
import * as reseller from './built/generated/reseller.js';
import PageQuery from './relay/__generated__/PortalPurchasesPageQuery.graphql.js';
import FirstQuery from './relay/__generated__/PortalPurchasesQuery.graphql.js';
import { headersOf, socket, url } from './server.mjs';

async function apollo() {
  const link = new HttpLink({ uri: url, headers: headersOf('reseller') });
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const asked = await client.query({ query: reseller.ProgramAccessDocument });
  assert.ok(asked.data.viewer.reseller.enrollments.edges.length > 0);
  const cached = client.readQuery({ query: reseller.ProgramAccessDocument });
  assert.deepEqual(cached, asked.data, 'what the cache gives back is what came');
  return `${asked.data.viewer.reseller.enrollments.edges.length} enrolments, and the same from the cache`;
}

async function urql() {
  const client = new Urql({
    url, preferGetMethod: false, exchanges: [cacheExchange, fetchExchange], fetchOptions: { headers: headersOf('reseller') },
  });
  const page = async (after) => {
    const { data, error } = await client.query(reseller.OwnDealsDocument, { first: 3, after }).toPromise();
    assert.equal(error, undefined);
    return data.viewer.reseller.deals;
  };
  const first = await page(null);
  const next = await page(first.pageInfo.endCursor);
  const ids = new Set([...first.edges, ...next.edges].map(({ node }) => node.id));
  assert.equal(ids.size, 6, 'two pages of three have six deals');
  return `${first.totalCount} deals, page by page`;
}

async function relay() {
  const { Environment, Network, RecordSource, Store, createOperationDescriptor, fetchQuery } = runtime;
  const network = Network.create(async (request, variables) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...headersOf('reseller'), 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: request.text, operationName: request.name, variables }),
    });
    return answer.json();
  });
  const environment = new Environment({ network, store: new Store(new RecordSource()) });
  const first = await fetchQuery(environment, FirstQuery, { first: 1 }).toPromise();
  const id = first.viewer.reseller.id;
  const seen = () => {
    const edges = environment.getStore().getSource().get(`client:${id}:__PortalPurchases_authorizations_connection`);
    const list = edges?.edges?.__refs ?? [];
    return list.length;
  };
  const operation = createOperationDescriptor(FirstQuery, { first: 1 });
  environment.retain(operation);
  assert.equal(seen(), 1);
  const record = environment.getStore().getSource().get(`client:client:${id}:__PortalPurchases_authorizations_connection:pageInfo`)
    ?? environment.getStore().getSource().get(`client:${id}:__PortalPurchases_authorizations_connection:pageInfo`);
  assert.ok(record?.hasNextPage, 'the demo\'s reseller has several distributors');
  await fetchQuery(environment, PageQuery, { id, first: 1, after: record.endCursor }).toPromise();
  assert.equal(seen(), 2, 'the second page is appended to the connection in the store');
  return 'a connection in the store, grown by a page that was asked through node(id:)';
}

async function ask(document, variables) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headersOf('distributor'), 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined);
  return data;
}

async function reported() {
  const found = await ask(distributor.MyAgreementsDocument, { first: 1 });
  const { submitSellThrough: given } = await ask(distributor.SubmitSellThroughDocument, {
    input: {
      agreementId: found.viewer.distributor.agreements.edges[0].node.id,
      period: { start: '2026-01-01', end: '2026-02-01' },
      source: { lines: [{ documentNumber: `CONF-${randomUUID()}`, soldOn: '2026-01-20', productCode: 'none of ours', resellerAccount: 'nobody', quantity: '1' }] },
      idempotencyKey: randomUUID(),
    },
  });
  assert.deepEqual(given.userErrors, []);
  return given.submission.id;
}

/** Follows a report that was just handed in until it is counted; nobody knows its product, so no figure of the demo changes. */
async function followed(client) {
  const id = await reported();
  const request = { query: print(distributor.SubmissionProgressDocument), variables: { id } };
  const states = [];
  for await (const event of client.iterate(request)) {
    assert.equal(event.errors, undefined);
    states.push(event.data.submissionProgress.status);
    if (states.at(-1) === 'PROCESSED') {
      assert.equal(event.data.submissionProgress.counts.received, 1);
      break;
    }
  }
  assert.equal(states.at(-1), 'PROCESSED');
  await client.dispose();
  return `a report followed until it was counted: ${[...new Set(states)].join(', ')}`;
}

const overWebSocket = () => followed(ws({ url: socket, webSocketImpl: WebSocket, connectionParams: headersOf('distributor'), retryAttempts: 0 }));
const overEvents = () => followed(sse({ url, headers: headersOf('distributor'), retryAttempts: 0 }));

let failed = 0;
for (const [name, trip] of Object.entries({ '@apollo/client': apollo, '@urql/core': urql, 'relay-runtime': relay, 'graphql-ws': overWebSocket, 'graphql-sse': overEvents })) {
  try {
    console.log(`${name.padEnd(16)} ${await trip()}`);
  } catch (error) {
    failed += 1;
    console.error(`${name.padEnd(16)} failed: ${error.stack}`);
  }
}
process.exit(failed ? 1 : 0);
