// The contract and every operation by graphql-inspector: each document is valid against the schema and uses nothing that is
// deprecated; how much of the contract the operations use is told, field by field where a type is used in part.
import { readFileSync, readdirSync } from 'node:fs';
import { coverage, validate } from '@graphql-inspector/core';
import { Source, buildSchema } from 'graphql';

const schema = buildSchema(readFileSync('../graphql/schema.graphql', 'utf8'));
let wrong = 0;
const all = [];
for (const level of ['vendor', 'distributor', 'reseller']) {
  const folder = `../graphql/operations/${level}`;
  const sources = readdirSync(folder).map((name) => new Source(readFileSync(`${folder}/${name}`, 'utf8'), `${level}/${name}`));
  for (const { source, errors, deprecated } of validate(schema, sources, { strictFragments: true, strictDeprecated: true })) {
    for (const { message } of [...errors, ...deprecated]) {
      wrong += 1;
      console.error(`${source.name}: ${message}`);
    }
  }
  all.push(...sources);
  console.log(`${level.padEnd(12)} ${sources.length} operations`);
}
const found = coverage(schema, all);
const types = Object.entries(found.types).filter(([name]) => !name.startsWith('__'));
const fields = types.flatMap(([, { children }]) => Object.values(children));
const used = fields.filter(({ hits }) => hits > 0).length;
console.log(`coverage     ${used} of ${fields.length} fields and arguments are used by an operation`);
process.exit(wrong ? 1 : 0);
