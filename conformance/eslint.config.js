// The contract and each level's operations by graphql-eslint: what it recommends, what Relay needs, a sentence on everything that
// a client reads. Run in the project's folder, with TAILRACE_LEVEL=vendor|distributor|reseller.
import graphql from '@graphql-eslint/eslint-plugin';

const schema = 'graphql/schema.graphql';
const { configs } = graphql;

const parsed = (documents) => ({
  plugins: { '@graphql-eslint': graphql },
  languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema, documents } } },
});

// Each level is a client of its own, so names are told apart within a level: it is linted by itself.
const level = process.env.TAILRACE_LEVEL;
const operations = {
  files: [`graphql/operations/${level}/*.graphql`],
  ...parsed(`graphql/operations/${level}/*.graphql`),
  rules: {
    ...configs['flat/operations-recommended'].rules,
    // Connections take three levels each. What a document may cost is limited by the server, not its depth.
    '@graphql-eslint/selection-set-depth': 'off',
  },
};

export default [
  {
    files: [schema],
    ...parsed(`graphql/operations/${level}/*.graphql`),
    rules: {
      ...configs['flat/schema-recommended'].rules,
      ...configs['flat/schema-relay'].rules,
      '@graphql-eslint/require-description': [
        'error',
        { types: true, rootField: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true,
          ignoredSelectors: ['DirectiveDefinition InputValueDefinition'] },
      ],
      // What has an identity implements Node. Payloads, rows of figures and values have none.
      '@graphql-eslint/strict-id-in-types': 'off',
      // Edges lead to rows of figures too; small bounded lists (tiers of a programme) are lists.
      '@graphql-eslint/relay-edge-types': ['error', { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
    },
  },
  operations,
];
