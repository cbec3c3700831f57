// The generated types at work: what compiles here, under the strictest settings, is what the running server answers.
import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { OwnDealsDocument, ProgramAccessDocument } from '../generated/reseller.js';
import { MyAgreementsDocument } from '../generated/distributor.js';
import { NetworkSalesDocument } from '../generated/vendor.js';

declare const process: { env: Record<string, string | undefined>; exit(status: number): never };
declare const console: { log(words: string): void; error(words: string): void };

const base = process.env['TAILRACE_URL'] ?? 'http://127.0.0.1:8000';

async function ask<Result, Variables>(level: string, document: TypedDocumentNode<Result, Variables>, variables: Variables): Promise<Result> {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${process.env[`TAILRACE_${level}`] ?? ''}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const answer = (await response.json()) as { data?: Result; errors?: readonly { message: string }[] };
  if (answer.errors || !answer.data) {
    throw new Error(`${level}: ${answer.errors?.map((error) => error.message).join('; ') ?? response.status}`);
  }
  return answer.data;
}

function present<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) {
    throw new Error(`${what} is missing in the answer`);
  }
  return value;
}

const period = { start: '2026-01-01', end: '2026-02-01' };
const sales = await ask('VENDOR', NetworkSalesDocument, { period, first: 5 });
const row = present(present(sales.viewer.vendor, 'vendor').network.sales.edges[0], 'a row of the cube').node;
console.log(`vendor       ${present(row.distributor, 'distributor').name}: ${row.sellThroughAmount.amount} ${row.currency}`);

const agreements = await ask('DISTRIBUTOR', MyAgreementsDocument, { first: 5 });
const agreement = present(present(agreements.viewer.distributor, 'distributor').agreements.edges[0], 'an agreement').node;
console.log(`distributor  ${agreement.vendor.name}: ${agreement.status}`);

const access = await ask('RESELLER', ProgramAccessDocument, {});
const enrollment = present(present(access.viewer.reseller, 'reseller').enrollments.edges[0], 'an enrolment').node;
const deals = await ask('RESELLER', OwnDealsDocument, { first: 3, orderBy: 'NEWEST' });
console.log(`reseller     ${enrollment.status}; ${present(deals.viewer.reseller, 'reseller').deals.edges.map(({ node }) => node.status).join(', ')}`);
