// Generates a typed client from the contract and the operations of every level, and compiles it as strictly as TypeScript can.
import { generate } from '@graphql-codegen/cli';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const levels = ['vendor', 'distributor', 'reseller'];
const scalars = {
  Date: 'string', DateTime: 'string', Decimal: 'string', CurrencyCode: 'string', JSON: 'unknown', ID: 'string',
};
for (const level of levels) {
  await generate({
    schema: '../graphql/schema.graphql',
    documents: `../graphql/operations/${level}/*.graphql`,
    silent: true,
    generates: {
      [`generated/${level}.ts`]: {
        plugins: ['typescript-operations', 'typed-document-node'],
        config: { strictScalars: true, scalars, useTypeImports: true, enumsAsTypes: true, skipTypename: true, immutableTypes: true },
      },
    },
  }, true);
}
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
process.exit(spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { stdio: 'inherit' }).status ?? 1);
